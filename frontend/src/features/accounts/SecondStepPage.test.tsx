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

/** Show the password again, as is asked before every change. */
async function prove(person: ReturnType<typeof visit>) {
  await person.type(await screen.findByLabelText('Password'), 'correct horse');
  await person.click(screen.getByRole('button', { name: 'Go on' }));
}

async function giveCode(person: ReturnType<typeof visit>, code: string) {
  await person.clear(await screen.findByLabelText('Code'));
  await person.type(screen.getByLabelText('Code'), code);
  await person.click(screen.getByRole('button', { name: 'Turn it on' }));
}

test('the second step is set up with a proof and a code, and the recovery codes are shown', async () => {
  stateIs();
  secretIsOffered();
  codesAreShown();
  server.use(
    http.post(`${API}/auth/reauthenticate`, () => welcome()),
    http.post<never, { code: string }>(`${API}/account/authenticators/totp`, async ({ request }) =>
      (await request.json()).code === '123456' ? welcome() : refusal('incorrect_code', 'code', 'Incorrect code.'),
    ),
  );
  const person = visit('/account/mfa');
  await person.click(await screen.findByRole('button', { name: 'Set up the authenticator app' }));
  await prove(person);
  expect(await screen.findByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible();
  expect(screen.getByTestId('totp-secret')).toHaveTextContent('JBSW Y3DP EHPK 3PXP');

  await giveCode(person, '000000');
  expect(await screen.findByText('Incorrect code.')).toBeVisible();
  await giveCode(person, '123 456');
  for (const code of CODES) expect(await screen.findByText(code)).toBeVisible();
});

test('a proof that has gone stale is asked again, and the same code is sent on', async () => {
  let proofs = 0;
  stateIs();
  secretIsOffered();
  codesAreShown();
  server.use(
    http.post(`${API}/auth/reauthenticate`, () => {
      proofs += 1;
      return welcome();
    }),
    http.post(`${API}/account/authenticators/totp`, () => (proofs > 1 ? welcome() : proofWanted())),
  );
  const person = visit('/account/mfa');
  await person.click(await screen.findByRole('button', { name: 'Set up the authenticator app' }));
  await prove(person);
  await giveCode(person, '123456');
  await prove(person);
  expect(await screen.findByText('aaaa-1111')).toBeVisible();
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
  await person.click(screen.getByRole('button', { name: 'Remove the authenticator app' }));
  await person.click(screen.getByRole('button', { name: 'Remove it' }));
  await prove(person);
  expect(await screen.findByRole('button', { name: 'Set up the authenticator app' })).toBeVisible();
});

test('somebody who is not signed in is sent to sign-in and back', async () => {
  server.use(http.get(`${API}/account/authenticators`, () => refusedEntry()));
  visit('/account/mfa');
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/sign-in?next=%2Faccount%2Fmfa'));
});
