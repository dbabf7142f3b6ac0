import * as z from 'zod/mini';
import { type Answer, send } from '@/lib/http';

/** The sign-in API of the server (django-allauth, headless, for browsers), read with a schema and told in our own words. */
const BASE = '/_allauth/browser/v1';

const Meta = z.object({
  is_authenticated: z.nullish(z.boolean()),
  secret: z.optional(z.string()),
  totp_url: z.optional(z.string()),
});
const Envelope = z.object({
  data: z.optional(z.unknown()),
  meta: z.optional(Meta),
  errors: z._default(z.array(z.object({ code: z.string(), message: z.string(), param: z.optional(z.string()) })), []),
});
const Flows = z.object({ flows: z.array(z.object({ id: z.string(), is_pending: z.optional(z.boolean()) })) });
const Authenticators = z.array(z.object({ type: z.string(), unused_code_count: z.optional(z.number()) }));
const RecoveryCodes = z.object({ unused_codes: z.optional(z.array(z.string())) });

export interface Problem {
  code: string;
  message: string;
  /** The input it is about, where it is about one. */
  param?: string | undefined;
}

/** What came of an attempt: done, one more proof asked for, refused with reasons, or held back for a while. */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'code-wanted' }
  | { kind: 'proof-wanted'; by: 'password' | 'code' }
  | { kind: 'signed-out' }
  | { kind: 'held-back' }
  | { kind: 'refused'; problems: Problem[] };

export type Session = { isSignedIn: boolean; isCodeWanted: boolean };
export interface SecondStep {
  isOn: boolean;
  unusedCodes: number;
}
export interface Enrolment {
  secret: string;
  otpauth: string;
}

/** Ask who is signed in; the answer also brings the CSRF cookie that later requests need. */
export async function session(): Promise<Session> {
  const answer = await send(`${BASE}/auth/session`);
  if (answer.status === 200) return { isSignedIn: true, isCodeWanted: false };
  if (answer.status === 401 || answer.status === 410)
    return { isSignedIn: false, isCodeWanted: isPending(answer, 'mfa_authenticate') };
  throw new Error(`The session answered ${answer.status}`);
}

export const signIn = (email: string, password: string) => attempt('POST', '/auth/login', { email, password });
export const giveCode = (code: string) => attempt('POST', '/auth/2fa/authenticate', { code });
export const signOut = () => attempt('DELETE', '/auth/session');
export const forgetPassword = (email: string) => attempt('POST', '/auth/password/request', { email });
export const provePassword = (password: string) => attempt('POST', '/auth/reauthenticate', { password });
export const proveCode = (code: string) => attempt('POST', '/auth/2fa/reauthenticate', { code });
export const activateSecondStep = (code: string) => attempt('POST', '/account/authenticators/totp', { code });
export const removeSecondStep = () => attempt('DELETE', '/account/authenticators/totp');

/** Set a new password by the key from the mail; being asked to sign in afterwards counts as done. */
export async function resetPassword(key: string, password: string): Promise<Outcome> {
  const outcome = await attempt('POST', '/auth/password/reset', { key, password });
  return outcome.kind === 'signed-out' || outcome.kind === 'code-wanted' ? { kind: 'done' } : outcome;
}

/** Say whether a key from the mail still opens anything, before somebody thinks up a password. */
export async function isResetKeyGood(key: string): Promise<boolean> {
  return (await send(`${BASE}/auth/password/reset`, { headers: { 'X-Password-Reset-Key': key } })).status === 200;
}

export async function secondStep(): Promise<SecondStep | Outcome> {
  const answer = await reach('GET', '/account/authenticators');
  if (answer.status !== 200) return told(answer);
  const found = Authenticators.parse(Envelope.parse(answer.body).data);
  return {
    isOn: found.some((one) => one.type === 'totp'),
    unusedCodes: found.find((one) => one.type === 'recovery_codes')?.unused_code_count ?? 0,
  };
}

/** Begin a second step: a fresh secret, which counts only once a code made from it has been given. */
export async function beginSecondStep(): Promise<Enrolment | Outcome> {
  const answer = await reach('GET', '/account/authenticators/totp');
  const meta = answer.status === 404 ? Envelope.parse(answer.body).meta : undefined;
  return meta?.secret && meta.totp_url ? { secret: meta.secret, otpauth: meta.totp_url } : told(answer);
}

export const recoveryCodes = () => codes('GET');
export const renewRecoveryCodes = () => codes('POST');

async function codes(method: 'GET' | 'POST'): Promise<string[] | Outcome> {
  const answer = await reach(method, '/account/authenticators/recovery-codes', method === 'POST' ? {} : undefined);
  if (answer.status !== 200) return told(answer);
  return RecoveryCodes.parse(Envelope.parse(answer.body).data).unused_codes ?? [];
}

async function attempt(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<Outcome> {
  return told(await reach(method, path, body));
}

/** Send, and once more after fetching the CSRF cookie when it was missing or had gone stale in a tab left open. */
async function reach(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer> {
  const sending = body === undefined ? { method } : { method, body };
  const answer = await send(BASE + path, sending);
  if (answer.status !== 403 || method === 'GET') return answer;
  await session();
  return send(BASE + path, sending);
}

function told(answer: Answer): Outcome {
  if (answer.status === 200) return { kind: 'done' };
  if (answer.status === 429) return { kind: 'held-back' };
  if (answer.status === 401 || answer.status === 410) return proofAsked(answer);
  const problems = Envelope.safeParse(answer.body).data?.errors ?? [];
  if (problems.some((problem) => problem.code === 'too_many_login_attempts')) return { kind: 'held-back' };
  return { kind: 'refused', problems };
}

function proofAsked(answer: Answer): Outcome {
  if (isPending(answer, 'mfa_authenticate')) return { kind: 'code-wanted' };
  const envelope = Envelope.safeParse(answer.body).data;
  if (!envelope?.meta?.is_authenticated) return { kind: 'signed-out' };
  return {
    kind: 'proof-wanted',
    by: flowsOf(answer).some((flow) => flow.id === 'reauthenticate') ? 'password' : 'code',
  };
}

function isPending(answer: Answer, flow: string): boolean {
  return flowsOf(answer).some((one) => one.id === flow && one.is_pending === true);
}

function flowsOf(answer: Answer): z.infer<typeof Flows>['flows'] {
  return Flows.safeParse(Envelope.safeParse(answer.body).data?.data).data?.flows ?? [];
}
