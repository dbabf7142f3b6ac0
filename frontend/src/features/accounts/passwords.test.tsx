import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { refusal, refusedEntry, server, welcome } from '@/testing/server';
import { visit } from '@/testing/visit';

const API = '*/_allauth/browser/v1';

test('whoever asks for a new password gets the same answer', async () => {
  server.use(http.post(`${API}/auth/password/request`, () => welcome()));
  const person = visit('/password/forgotten');
  await person.type(await screen.findByLabelText('E-mail address'), 'somebody@a.example');
  await person.click(screen.getByRole('button', { name: 'Send the link' }));
  expect(await screen.findByText('Look into your mail')).toBeVisible();
});

test('a weak password is refused at its field, a good one is set', async () => {
  server.use(
    http.get(`${API}/auth/password/reset`, ({ request }) =>
      request.headers.get('X-Password-Reset-Key') === 'k-1' ? welcome() : refusal('invalid_password_reset', 'key'),
    ),
    http.post<never, { password: string }>(`${API}/auth/password/reset`, async ({ request }) =>
      (await request.json()).password === 'weak'
        ? refusal('password_too_common', 'password', 'This password is too common.')
        : refusedEntry(),
    ),
  );
  const person = visit('/password/reset/k-1');
  await person.type(await screen.findByLabelText('New password'), 'weak');
  await person.click(screen.getByRole('button', { name: 'Set the password' }));
  expect(await screen.findByText('This password is too common.')).toBeVisible();
  await person.clear(screen.getByLabelText('New password'));
  await person.type(screen.getByLabelText('New password'), 'three words of mine');
  await person.click(screen.getByRole('button', { name: 'Set the password' }));
  expect(await screen.findByRole('status')).toHaveTextContent('Your new password is set.');
});

test('a spent link says so before a password is thought up', async () => {
  server.use(http.get(`${API}/auth/password/reset`, () => refusal('invalid_password_reset', 'key')));
  visit('/password/reset/k-1');
  expect(await screen.findByRole('alert')).toHaveTextContent('This link no longer works');
});

test('an address that leads nowhere says so', async () => {
  server.use(http.all('*', () => new HttpResponse(null, { status: 404 })));
  visit('/no/such/page');
  expect(await screen.findByRole('heading', { name: 'There is no such page' })).toBeVisible();
});
