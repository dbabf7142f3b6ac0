import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test, vi } from 'vitest';
import { leaveFor } from '@/lib/leave';
import { refusal, refusedEntry, server, welcome } from '@/testing/server';
import { visit } from '@/testing/visit';

// The browser's own navigation, which jsdom has not.
vi.mock('@/lib/leave', () => ({ leaveFor: vi.fn() }));

const API = '*/_allauth/browser/v1';
const sent = vi.fn();

async function fillPasswords(person: ReturnType<typeof visit>, now: string, next: string) {
  await person.clear(await screen.findByLabelText('Present password'));
  await person.type(screen.getByLabelText('Present password'), now);
  await person.clear(screen.getByLabelText('New password'));
  await person.type(screen.getByLabelText('New password'), next);
  await person.click(screen.getByRole('button', { name: 'Set the password' }));
}

test('a wrong present password is told at its field, then the new one is set', async () => {
  server.use(
    http.post<never, Record<string, string>>(`${API}/account/password/change`, async ({ request }) =>
      (await request.json()).current_password === 'correct horse'
        ? welcome()
        : refusal('enter_current_password', 'current_password', 'This password is not right.'),
    ),
  );
  const person = visit('/account/password');
  await fillPasswords(person, 'wrong', 'three words of mine');
  expect(await screen.findByText('This password is not right.')).toBeVisible();
  expect(screen.getByLabelText('Present password')).toHaveFocus();
  await fillPasswords(person, 'correct horse', 'three words of mine');
  expect(await screen.findByRole('status')).toHaveTextContent('Your new password is set.');
});

test('who is signed out meanwhile is sent to sign-in and back', async () => {
  server.use(http.post(`${API}/account/password/change`, () => refusedEntry()));
  await fillPasswords(visit('/account/password'), 'correct horse', 'three words of mine');
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/sign-in?next=%2Faccount%2Fpassword'));
});

test('another address is asked for with a proof; what was typed is kept meanwhile', async () => {
  let isProven = false;
  const data = { flows: [{ id: 'reauthenticate' }] };
  server.use(
    http.post(`${API}/auth/reauthenticate`, () => {
      isProven = true;
      return welcome();
    }),
    http.post(`${API}/account/email`, async ({ request }) => {
      if (!isProven) return HttpResponse.json({ data, meta: { is_authenticated: true } }, { status: 401 });
      sent(await request.json());
      return welcome();
    }),
  );
  const person = visit('/account/email');
  await person.type(await screen.findByLabelText('New e-mail address'), ' li@new.example ');
  await person.click(screen.getByRole('button', { name: 'Send the link' }));
  await person.type(await screen.findByLabelText('Password'), 'correct horse');
  await person.click(screen.getByRole('button', { name: 'Go on' }));
  expect(await screen.findByRole('status')).toHaveTextContent('A mail to li@new.example is on its way');
  expect(sent).toHaveBeenCalledWith({ email: 'li@new.example' });
});

test('an address that is refused is told at its field', async () => {
  server.use(http.post(`${API}/account/email`, () => refusal('same_email', 'email', 'This is your address already.')));
  const person = visit('/account/email');
  await person.type(await screen.findByLabelText('New e-mail address'), 'li@a.example');
  await person.click(screen.getByRole('button', { name: 'Send the link' }));
  expect(await screen.findByText('This is your address already.')).toBeVisible();
  expect(screen.getByLabelText('New e-mail address')).toBeInvalid();
});

test('the link from the mail confirms by a press, not by being opened', async () => {
  server.use(
    http.get(`${API}/auth/email/verify`, ({ request }) =>
      request.headers.get('X-Email-Verification-Key') === 'k-1'
        ? welcome({ email: 'li@new.example' })
        : refusal('x', 'key'),
    ),
    http.post(`${API}/auth/email/verify`, async ({ request }) => {
      sent(await request.json());
      return welcome();
    }),
  );
  const person = visit('/account/email/k-1');
  expect(await screen.findByText('From now on, sign in with li@new.example?')).toBeVisible();
  expect(sent).not.toHaveBeenCalled();
  await person.click(screen.getByRole('button', { name: 'Use this address' }));
  expect(await screen.findByRole('status')).toHaveTextContent('From now on you sign in with your new address.');
  expect(sent).toHaveBeenCalledWith({ key: 'k-1' });
});

test('a spent link says so', async () => {
  server.use(http.get(`${API}/auth/email/verify`, () => refusal('email_change_not_valid', 'key')));
  visit('/account/email/k-1');
  expect(await screen.findByRole('alert')).toHaveTextContent('This link no longer works');
});
