import { screen, waitFor, within } from '@testing-library/react';
import { graphql, HttpResponse, http } from 'msw';
import { expect, test, vi } from 'vitest';
import { leaveFor } from '@/lib/leave';
import { refusedEntry, server } from '@/testing/server';
import { visit } from '@/testing/visit';

// The browser's own navigation, which jsdom has not.
vi.mock('@/lib/leave', () => ({ leaveFor: vi.fn() }));

const store = { __typename: 'Store', id: 'S1', name: 'Riverside' };
const area = { __typename: 'Area', id: 'A1', name: 'North' };

function at(role: string, reach: string, ids: object = {}) {
  return { __typename: 'ViewerAssignment', role, reach, storeId: null, areaId: null, ...ids };
}

function homeIs(viewer: object) {
  const person = { __typename: 'Viewer', id: 'M1', name: '李秀英', email: 'li@a.example', permissions: [], ...viewer };
  server.use(
    graphql.query('Home', () =>
      HttpResponse.json({
        data: {
          viewer: person,
          chain: { __typename: 'Chain', id: 'C1', name: 'Blue Teapot' },
          stores: {
            __typename: 'StoreConnection',
            totalCount: 3,
            edges: [{ __typename: 'StoreEdge', node: store }],
          },
          areas: { __typename: 'AreaConnection', edges: [{ __typename: 'AreaEdge', node: area }] },
        },
      }),
    ),
  );
}

test('somebody sees who they are here, with their roles and stores', async () => {
  homeIs({
    assignments: [
      at('STORE_MANAGER', 'STORE', { storeId: 'S1' }),
      at('AREA_SUPERVISOR', 'AREA', { areaId: 'A1' }),
      at('QUALITY_OFFICER', 'CHAIN'),
      at('ASTRONAUT', 'STORE', { storeId: 'S9' }),
    ],
  });
  visit('/');
  expect(await screen.findByRole('heading', { name: 'Welcome, 李秀英' })).toBeVisible();
  const roles = within(screen.getByRole('region', { name: 'Your roles' }));
  expect(roles.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    'Store manager: Riverside',
    'Area supervisor: North',
    'Quality officer: the whole chain',
    'ASTRONAUT: a store',
  ]);
  const stores = within(screen.getByRole('region', { name: 'Your stores' }));
  expect(stores.getByText('Riverside')).toBeVisible();
  expect(stores.getByText('and 2 more')).toBeVisible();
});

test('GraphiQL is offered to those who may see the schema, and to nobody else', async () => {
  homeIs({ permissions: ['READ_SCHEMA'], assignments: [] });
  visit('/');
  expect(await screen.findByRole('link', { name: /GraphiQL/ })).toHaveAttribute('href', '/graphiql');
});

test('those who may not see the schema are not offered GraphiQL', async () => {
  homeIs({ assignments: [] });
  visit('/');
  await screen.findByRole('heading', { name: 'Your roles' });
  expect(screen.queryByRole('link', { name: /GraphiQL/ })).not.toBeInTheDocument();
});

test('whoever is not signed in is sent to sign-in', async () => {
  server.use(
    graphql.query('Home', () =>
      HttpResponse.json(
        { errors: [{ message: 'Sign in first.', extensions: { code: 'UNAUTHENTICATED' } }] },
        { status: 401 },
      ),
    ),
  );
  visit('/');
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/sign-in'));
});

test('signing out forgets what GraphiQL kept on this device', async () => {
  homeIs({ assignments: [] });
  server.use(http.delete('*/_allauth/browser/v1/auth/session', () => refusedEntry()));
  localStorage.setItem('graphiql:query', '{ customers }');
  localStorage.setItem('onebanner-language', 'en');
  const person = visit('/');
  await person.click(await screen.findByRole('button', { name: 'Sign out' }));
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/sign-in'));
  expect(Object.keys(localStorage)).toEqual(['onebanner-language']);
});

test('signing out everywhere that is refused is told, and nobody is sent away', async () => {
  homeIs({ assignments: [] });
  const userErrors = [{ __typename: 'UserError', code: 'RATE_LIMITED', message: 'Wait a little.', field: null }];
  server.use(
    graphql.mutation('SignOutEverywhere', () =>
      HttpResponse.json({ data: { signOutEverywhere: { __typename: 'SignOutEverywherePayload', userErrors } } }),
    ),
  );
  const person = visit('/');
  await person.click(await screen.findByRole('button', { name: 'Sign out everywhere' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('Wait a little.');
  expect(leaveFor).not.toHaveBeenCalled();
});

test('signing out that fails is told, and nothing is forgotten', async () => {
  homeIs({ assignments: [] });
  server.use(http.delete('*/_allauth/browser/v1/auth/session', () => HttpResponse.error()));
  const person = visit('/');
  await person.click(await screen.findByRole('button', { name: 'Sign out' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('could not be reached');
  expect(leaveFor).not.toHaveBeenCalled();
});
