import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test, vi } from 'vitest';
import { leaveFor } from '@/lib/leave';
import { deviceSigns } from '@/testing/device';
import { refusal, refusedEntry, server, welcome } from '@/testing/server';
import { visit } from '@/testing/visit';

// The browser's own navigation, which jsdom has not.
vi.mock('@/lib/leave', () => ({ leaveFor: vi.fn() }));

const API = '*/_allauth/browser/v1';
const ONE = `${API}/account/authenticators/webauthn`;
const sent = vi.fn();

/** The server's side of somebody's passkeys: it wants a proof first, and makes recovery codes with the first one. */
function passkeysAre(...names: string[]) {
  const own = names.map((name, index) => ({ type: 'webauthn', id: index + 1, name, created_at: 1_790_000_000 }));
  let isProven = false;
  const orProof = (answer: () => Response) => (isProven ? answer() : proofWanted());
  server.use(
    http.get(`${API}/account/authenticators`, () =>
      HttpResponse.json({ status: 200, data: [{ type: 'totp' }, ...own] }),
    ),
    http.post(`${API}/auth/reauthenticate`, () => {
      isProven = true;
      return welcome();
    }),
    http.get(ONE, () => orProof(() => welcome({ creation_options: { publicKey: { challenge: 'c-1' } } }))),
    http.post<never, { name: string; credential: object }>(ONE, async ({ request }) => {
      const { name, credential } = await request.json();
      sent(name, credential);
      own.push({ type: 'webauthn', id: own.length + 1, name, created_at: 1_790_000_000 });
      const meta = { recovery_codes_generated: own.length === 1 };
      return HttpResponse.json({ status: 200, data: {}, meta });
    }),
    http.put<never, { id: number; name: string }>(ONE, async ({ request }) => {
      const { id, name } = await request.json();
      return orProof(() => {
        for (const one of own) if (one.id === id) one.name = name;
        return welcome();
      });
    }),
    http.delete<never, { authenticators: number[] }>(ONE, async ({ request }) => {
      const { authenticators } = await request.json();
      return orProof(() => {
        own.splice(0, own.length, ...own.filter(({ id }) => !authenticators.includes(id)));
        return welcome();
      });
    }),
    http.get(`${API}/account/authenticators/recovery-codes`, () => welcome({ unused_codes: ['aaaa-1111'] })),
  );
}

function proofWanted() {
  const data = { flows: [{ id: 'reauthenticate' }, { id: 'mfa_reauthenticate', types: ['webauthn'] }] };
  return HttpResponse.json({ status: 401, data, meta: { is_authenticated: true } }, { status: 401 });
}

async function prove(person: ReturnType<typeof visit>) {
  await person.type(await screen.findByLabelText('Password'), 'correct horse');
  await person.click(screen.getByRole('button', { name: 'Go on' }));
}

async function addPasskey(person: ReturnType<typeof visit>, name: string) {
  await person.type(await screen.findByLabelText('Name of the new passkey'), name);
  await person.click(screen.getByRole('button', { name: 'Add a passkey' }));
}

test('a first passkey is added with a proof, and its recovery codes are shown', async () => {
  passkeysAre();
  const device = deviceSigns();
  const person = visit('/account/passkeys');
  expect(await screen.findByText('You have no passkey yet.')).toBeVisible();
  await addPasskey(person, ' 我的手机 ');
  await prove(person);
  expect(await screen.findByText('aaaa-1111')).toBeVisible();
  expect(device).toHaveBeenCalledWith({ publicKey: { challenge: 'c-1' } });
  expect(sent).toHaveBeenCalledWith('我的手机', { id: 'k-1' });
  await person.click(screen.getByRole('button', { name: 'I have kept them' }));
  expect(await screen.findByRole('region', { name: '我的手机' })).toHaveTextContent('not used yet');
});

test('a device that declines is told, and the next try goes on', async () => {
  passkeysAre('Phone');
  deviceSigns({ declining: 1 });
  const person = visit('/account/passkeys');
  await addPasskey(person, 'Tablet');
  await prove(person);
  expect(await screen.findByRole('alert')).toHaveTextContent('No passkey was used');
  await person.click(screen.getByRole('button', { name: 'Add a passkey' }));
  expect(await screen.findByRole('region', { name: 'Tablet' })).toBeVisible();
});

test('a passkey is renamed', async () => {
  passkeysAre('Phone', 'Tablet');
  deviceSigns();
  const person = visit('/account/passkeys');
  const card = within(await screen.findByRole('region', { name: 'Tablet' }));
  await person.click(card.getByRole('button', { name: 'Rename' }));
  await person.clear(card.getByLabelText('New name'));
  await person.type(card.getByLabelText('New name'), 'Till');
  await person.click(card.getByRole('button', { name: 'Rename' }));
  await prove(person);
  expect(await screen.findByRole('region', { name: 'Till' })).toBeVisible();
  expect(screen.queryByRole('region', { name: 'Tablet' })).not.toBeInTheDocument();
});

test('removing a passkey is asked twice, and proven', async () => {
  passkeysAre('Phone');
  deviceSigns();
  const person = visit('/account/passkeys');
  await person.click(await screen.findByRole('button', { name: 'Remove' }));
  await person.click(screen.getByRole('button', { name: 'Keep it' }));
  await person.click(screen.getByRole('button', { name: 'Remove' }));
  await person.click(screen.getByRole('button', { name: 'Remove it' }));
  await prove(person);
  expect(await screen.findByText('You have no passkey yet.')).toBeVisible();
});

test('a browser without passkeys is told so and offers none', async () => {
  passkeysAre('Phone');
  visit('/account/passkeys');
  expect(await screen.findByText(/does not know passkeys/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Add a passkey' })).not.toBeInTheDocument();
});

test('somebody signs in by a passkey alone', async () => {
  const device = deviceSigns();
  const LOGIN = `${API}/auth/webauthn/login`;
  server.use(
    http.get(LOGIN, () => welcome({ request_options: { publicKey: { challenge: 'c-2' } } })),
    http.post<never, { credential: { id: string } }>(LOGIN, async ({ request }) =>
      (await request.json()).credential.id === 'k-1' ? welcome() : refusal('incorrect_code', undefined),
    ),
  );
  const person = visit('/sign-in?next=%2Fgraphiql');
  await person.click(await screen.findByRole('button', { name: 'Sign in with a passkey' }));
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/graphiql'));
  expect(device).toHaveBeenCalledWith({ publicKey: { challenge: 'c-2' } });
});

test('a passkey is the second step where somebody has no app, and a recovery code does, too', async () => {
  deviceSigns();
  const STEP = `${API}/auth/webauthn/authenticate`;
  const flows = [{ id: 'mfa_authenticate', is_pending: true, types: ['webauthn', 'recovery_codes'] }];
  server.use(
    http.get(`${API}/auth/session`, () =>
      HttpResponse.json({ status: 401, data: { flows }, meta: { is_authenticated: false } }, { status: 401 }),
    ),
    http.get(STEP, () => welcome({ request_options: { publicKey: {} } })),
    http.post(STEP, () => welcome()),
  );
  const person = visit('/sign-in');
  expect(await screen.findByText('Use your passkey, or enter one of your recovery codes.')).toBeVisible();
  expect(screen.getByLabelText('Code')).toBeVisible();
  await person.click(screen.getByRole('button', { name: 'Use a passkey' }));
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/'));
});

test('whoever is not signed in is sent to sign-in and back', async () => {
  server.use(http.get(`${API}/account/authenticators`, () => refusedEntry()));
  visit('/account/passkeys');
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/sign-in?next=%2Faccount%2Fpasskeys'));
});
