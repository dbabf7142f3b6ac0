import { screen, within } from '@testing-library/react';
import { graphql, HttpResponse } from 'msw';
import { expect, test } from 'vitest';
import { server } from '@/testing/server';
import { visit } from '@/testing/visit';

function clause(number: string, text: string) {
  return { __typename: 'CharterClause', standard: 'Service', number, text };
}

function published(...chapters: object[]) {
  server.use(
    graphql.query('Charter', ({ variables }) =>
      HttpResponse.json({
        data: { charter: { __typename: 'Charter', chainName: `Blue Teapot (${variables.language})`, chapters } },
      }),
    ),
  );
}

test('everybody reads what is promised, step by step', async () => {
  published(
    { __typename: 'CharterChapter', name: 'Asking', clauses: [clause('1', 'A message is answered in three minutes.')] },
    { __typename: 'CharterChapter', name: null, clauses: [clause('2', 'Everybody is greeted.')] },
  );
  visit('/charter');
  expect(await screen.findByText('This is what every customer of Blue Teapot (en) can count on.')).toBeVisible();
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('What we promise you');
  expect(screen.getAllByRole('heading', { level: 2 }).map((each) => each.textContent)).toEqual([
    'Asking',
    'At all times',
  ]);
  const [asking] = screen.getAllByRole('list');
  expect(within(asking as HTMLElement).getByText('A message is answered in three minutes.')).toBeVisible();
});

test('a chain that has published nothing says so', async () => {
  published();
  visit('/charter');
  expect(await screen.findByText('Blue Teapot (en) has not published its promises yet.')).toBeVisible();
});
