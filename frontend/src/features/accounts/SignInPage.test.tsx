import { fireEvent, screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import { leaveFor } from '@/lib/leave';
import { refusal, refusedEntry, server, welcome } from '@/testing/server';
import { visit } from '@/testing/visit';

// The browser's own navigation, which jsdom has not.
vi.mock('@/lib/leave', () => ({ leaveFor: vi.fn() }));

const LOGIN = '*/_allauth/browser/v1/auth/login';
const CODE = '*/_allauth/browser/v1/auth/2fa/authenticate';

beforeEach(() => {
  // biome-ignore lint/suspicious/noDocumentCookie: the server sets it with the page
  document.cookie = 'csrftoken=abc';
});

async function signIn(path = '/sign-in') {
  const person = visit(path);
  await person.type(await screen.findByLabelText('E-mail address'), ' li@a.example ');
  await person.type(screen.getByLabelText('Password'), 'correct horse');
  await person.click(screen.getByRole('button', { name: 'Sign in' }));
  return person;
}

test('somebody signs in and goes to the start page', async () => {
  const sent = vi.fn();
  server.use(
    http.post(LOGIN, async ({ request }) => {
      sent(await request.json(), request.headers.get('X-CSRFToken'), request.headers.get('Accept-Language'));
      return welcome();
    }),
  );
  await signIn();
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/'));
  expect(sent).toHaveBeenCalledWith({ email: 'li@a.example', password: 'correct horse' }, 'abc', 'en');
});

test('somebody goes back to where sign-in was asked for, but never to a foreign host', async () => {
  server.use(http.post(LOGIN, () => welcome()));
  await signIn('/sign-in?next=%2Fgraphiql');
  await waitFor(() => expect(leaveFor).toHaveBeenLastCalledWith('/graphiql'));
});

test('a foreign address is no way back', async () => {
  server.use(http.post(LOGIN, () => welcome()));
  await signIn('/sign-in?next=%2F%2Fevil.example');
  await waitFor(() => expect(leaveFor).toHaveBeenLastCalledWith('/'));
});

test('a wrong password is told at its field without saying which of the two was wrong', async () => {
  server.use(http.post(LOGIN, () => refusal('email_password_mismatch', 'password')));
  await signIn();
  expect(await screen.findByText('The e-mail address or the password is not right.')).toBeVisible();
  expect(screen.getByLabelText('Password')).toBeInvalid();
});

test.each([
  ['a refusal with a code', () => refusal('too_many_login_attempts', undefined)],
  ['status 429', () => HttpResponse.json({ status: 429 }, { status: 429 })],
])('a lock is told clearly, answered as %s', async (_how, answer) => {
  server.use(http.post(LOGIN, answer));
  await signIn();
  expect(await screen.findByRole('alert')).toHaveTextContent('locked for a while');
});

test('the second step asks for the code, tells a wrong one, and lets in with the right one', async () => {
  server.use(
    http.post(LOGIN, () => refusedEntry('mfa_authenticate')),
    http.post<never, { code: string }>(CODE, async ({ request }) =>
      (await request.json()).code === '123456' ? welcome() : refusal('incorrect_code', 'code', 'Incorrect code.'),
    ),
  );
  const person = await signIn();
  await person.type(await screen.findByLabelText('Code'), '111 111');
  await person.click(screen.getByRole('button', { name: 'Go on' }));
  expect(await screen.findByText('Incorrect code.')).toBeVisible();
  await person.clear(screen.getByLabelText('Code'));
  await person.type(screen.getByLabelText('Code'), '123 456');
  await person.click(screen.getByRole('button', { name: 'Go on' }));
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/'));
});

test('a reload in the middle goes on with the code', async () => {
  server.use(http.get('*/_allauth/browser/v1/auth/session', () => refusedEntry('mfa_authenticate')));
  visit('/sign-in');
  expect(await screen.findByLabelText('Code')).toBeVisible();
});

test('an unreachable server is told as such', async () => {
  server.use(http.post(LOGIN, () => HttpResponse.error()));
  await signIn();
  expect(await screen.findByRole('alert')).toHaveTextContent('could not be reached');
});

test('a stale CSRF token is renewed and the attempt made again', async () => {
  let attempts = 0;
  server.use(
    http.post(LOGIN, () => {
      attempts += 1;
      return attempts === 1 ? new HttpResponse('CSRF', { status: 403 }) : welcome();
    }),
  );
  await signIn();
  await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/'));
});

test('nothing is sent while a field is empty', async () => {
  const person = visit('/sign-in');
  await person.click(await screen.findByRole('button', { name: 'Sign in' }));
  expect(screen.getByText('Enter your e-mail address.')).toBeVisible();
  expect(screen.getByText('Enter your password.')).toBeVisible();
});

test('Enter does not send while an input method is composing', async () => {
  visit('/sign-in');
  const field = await screen.findByLabelText('E-mail address');
  expect(fireEvent.keyDown(field, { key: 'Enter', isComposing: true })).toBe(false);
  expect(fireEvent.keyDown(field, { key: 'Enter' })).toBe(true);
});

test('the language is changed in place, kept, and told to assistive technology', async () => {
  const person = visit('/sign-in');
  await person.selectOptions(await screen.findByLabelText('Language'), '繁體中文');
  expect(await screen.findByRole('heading', { name: '登入「Blue Teapot」' })).toBeVisible();
  expect(document.documentElement.lang).toBe('zh-Hant');
  expect(localStorage.getItem('onebanner-language')).toBe('zh-Hant');
});

test('whoever is quicker than the answer about the session stays at the second step', async () => {
  let answer = () => {};
  const isDue = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const answered = vi.fn();
  server.use(
    http.get('*/_allauth/browser/v1/auth/session', async () => {
      await isDue;
      return refusedEntry();
    }),
    http.post(LOGIN, () => refusedEntry('mfa_authenticate')),
  );
  server.events.on('response:mocked', ({ request }) => {
    if (request.url.endsWith('/auth/session')) answered();
  });
  await signIn();
  await screen.findByLabelText('Code');
  answer();
  await waitFor(() => expect(answered).toHaveBeenCalled());
  server.events.removeAllListeners();
  await new Promise((resolve) => setTimeout(resolve));
  expect(screen.getByLabelText('Code')).toBeVisible();
});
