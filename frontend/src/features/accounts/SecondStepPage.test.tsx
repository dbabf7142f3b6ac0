import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test, vi } from 'vitest';
import { leaveFor } from '@/lib/leave';
import { refusal, refusedEntry, server, welcome } from '@/testing/server';
import { visit } from '@/testing/visit';

// The browser's own navigation, which jsdom has not.
vi.mock('@/lib/leave', () => ({ leaveFor: vi.fn() }));

const API = '*/_allauth/browser/v1';
const SECRET = 'JBSWY3DPEHPK3PXP';
const CODES = ['aaaa-1111', 'bbbb-2222'];

const proofWanted = () =>
  HttpResponse.json(
    { status: 401, data: { flows: [{ id: 'reauthenticate' }] }, meta: { is_authenticated: true } },
    { status: 401 },
  );

function stateIs(...data: object[]) {
  server.use(http.get(`${API}/account/authenticators`, () => HttpResponse.json({ status: 200, data })));
}

function secretIsOffered() {
  const meta = { secret: SECRET, totp_url: `otpauth://totp/Tea:li@a.example?secret=${SECRET}&issuer=Tea` };
  server.use(
    http.get(`${API}/account/authenticators/totp`, () => HttpResponse.json({ status: 404, meta }, { status: 404 })),
  );
}

function codesAreShown() {
  const data = { type: 'recovery_codes', unused_codes: CODES, unused_code_count: 2, total_code_count: 2 };
  server.use(http.get(`${API}/account/authenticators/recovery-codes`, () => welcome(data)));
}

test('the second step is set up with a code, and the recovery codes are shown', async () => {
  stateIs();
  secretIsOffered();
  codesAreShown();
  server.use(
    http.post<never, { code: string }>(`${API}/account/authenticators/totp`, async ({ request }) =>
      (await request.json()).code === '123456' ? welcome() : refusal('incorrect_code', 'code', 'Incorrect code.'),
    ),
  );
  const person = visit('/account/mfa');
  await person.click(await screen.findByRole('button', { name: 'Set up the second step' }));
  expect(await screen.findByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible();
  expect(screen.getByTestId('totp-secret')).toHaveTextContent('JBSW Y3DP EHPK 3PXP');

  await person.type(screen.getByLabelText('Code'), '000000');
  await person.click(screen.getByRole('button', { name: 'Turn it on' }));
  expect(await screen.findByText('Incorrect code.')).toBeVisible();
  await person.clear(screen.getByLabelText('Code'));
  await person.type(screen.getByLabelText('Code'), '123 456');
  await person.click(screen.getByRole('button', { name: 'Turn it on' }));
  for (const code of CODES) expect(await screen.findByText(code)).toBeVisible();
});

test('where the server wants a proof first, the password is asked and the way goes on', async () => {
  stateIs();
  let isProven = false;
  server.use(
    http.get(`${API}/account/authenticators/totp`, () =>
      isProven
        ? HttpResponse.json({ status: 404, meta: { secret: SECRET, totp_url: 'otpauth://totp/a' } }, { status: 404 })
        : proofWanted(),
    ),
    http.post(`${API}/auth/reauthenticate`, () => {
      isProven = true;
      return welcome();
    }),
  );
  const person = visit('/account/mfa');
  await person.click(await screen.findByRole('button', { name: 'Set up the second step' }));
  await person.type(await screen.findByLabelText('Password'), 'correct horse');
  await person.click(screen.getByRole('button', { name: 'Go on' }));
  expect(await screen.findByTestId('totp-secret')).toBeVisible();
});

test('removing the second step is asked twice, and proven', async () => {
  let isOn = true;
  let isProven = false;
  const authenticators = () => (isOn ? [{ type: 'totp' }, { type: 'recovery_codes', unused_code_count: 1 }] : []);
  server.use(
    http.get(`${API}/account/authenticators`, () => HttpResponse.json({ status: 200, data: authenticators() })),
    http.post(`${API}/auth/reauthenticate`, () => {
      isProven = true;
      return welcome();
    }),
    http.delete(`${API}/account/authenticators/totp`, () => {
      if (!isProven) return proofWanted();
      isOn = false;
      return welcome();
    }),
  );
  const person = visit('/account/mfa');
  expect(await screen.findByText('1 recovery code is left.')).toBeVisible();
  await person.click(screen.getByRole('button', { name: 'Remove the second step' }));
  await person.click(screen.getByRole('button', { name: 'Remove it' }));
  await person.type(await screen.findByLabelText('Password'), 'correct horse');
  await person.click(screen.getByRole('button', { name: 'Go on' }));
  expect(await screen.findByRole('button', { name: 'Set up the second step' })).toBeVisible();
});

test('somebody who is not signed in is sent to sign-in and back', async () => {
  server.use(http.get(`${API}/account/authenticators`, () => refusedEntry()));
  visit('/account/mfa');
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/sign-in?next=%2Faccount%2Fmfa'));
});
