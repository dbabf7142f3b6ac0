import * as z from 'zod/mini';
import { type Answer, type Method, send } from '@/lib/http';

/** The sign-in API of the server (django-allauth, headless, for browsers), read with a schema and told in our own words. */
const BASE = '/_allauth/browser/v1';

const Envelope = z.object({
  data: z.optional(z.unknown()),
  meta: z.optional(z.looseObject({ is_authenticated: z.nullish(z.boolean()) })),
  errors: z._default(z.array(z.object({ code: z.string(), message: z.string(), param: z.optional(z.string()) })), []),
});
const Flow = z.object({
  id: z.string(),
  is_pending: z.optional(z.boolean()),
  types: z.optional(z.array(z.string())),
});
const Flows = z.object({ flows: z.array(Flow) });

interface Problem {
  code: string;
  message: string;
  /** The input it is about, where it is about one. */
  param?: string | undefined;
}

/** The ways in which a person may show who they are. */
export interface Ways {
  password: boolean;
  /** A code of an authenticator app; a recovery code does wherever a second step is asked for. */
  app: boolean;
  passkey: boolean;
}

/** What came of an attempt: done, one more proof asked for, refused with reasons, given up by the person, or held back for a while. */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'second-step-wanted'; ways: Ways }
  | { kind: 'proof-wanted'; ways: Ways }
  | { kind: 'signed-out' }
  | { kind: 'held-back' }
  | { kind: 'dismissed' }
  | { kind: 'refused'; problems: Problem[] };

interface Session {
  isSignedIn: boolean;
  /** The ways of the second step, when that is what is missing. */
  wanted: Ways | null;
}

/** Ask who is signed in; the answer also brings the CSRF cookie that later requests need. */
export async function session(): Promise<Session> {
  const answer = await send(`${BASE}/auth/session`);
  if (answer.status === 200) return { isSignedIn: true, wanted: null };
  if (answer.status === 401 || answer.status === 410) return { isSignedIn: false, wanted: pendingWays(answer) };
  throw new Error(`The session answered ${answer.status}`);
}

export const signIn = (email: string, password: string) => attempt('POST', '/auth/login', { email, password });
export const giveCode = (code: string) => attempt('POST', '/auth/2fa/authenticate', { code });
export const provePassword = (password: string) => attempt('POST', '/auth/reauthenticate', { password });
export const proveCode = (code: string) => attempt('POST', '/auth/2fa/reauthenticate', { code });

/** End this browser's session; that nobody is signed in any more is what was wanted. */
export async function signOut(): Promise<Outcome> {
  const outcome = await attempt('DELETE', '/auth/session');
  return outcome.kind === 'signed-out' ? { kind: 'done' } : outcome;
}

/** Do something at the sign-in API, of which only the outcome matters. */
export async function attempt(method: Method, path: string, body?: object): Promise<Outcome> {
  return told(await reach(method, path, body));
}

/** Ask the sign-in API for something, read by a schema; an outcome where it is not given. */
export async function ask<T>(schema: z.ZodMiniType<T>, method: Method, path: string, body?: object) {
  const answer = await reach(method, path, body);
  return answer.status === 200 ? schema.parse(answer.body) : told(answer);
}

/** Send, and once more after fetching the CSRF cookie when it was missing or had gone stale in a tab left open. */
export async function reach(method: Method, path: string, body?: object, headers?: Record<string, string>) {
  const sending = { method, ...(body && { body }), ...(headers && { headers }) };
  const answer = await send(BASE + path, sending);
  if (answer.status !== 403 || method === 'GET') return answer;
  await session();
  return send(BASE + path, sending);
}

export function isOutcome(answer: unknown): answer is Outcome {
  return typeof answer === 'object' && answer !== null && 'kind' in answer;
}

/** Tell what an answer means to the person. */
export function told(answer: Answer): Outcome {
  if (answer.status === 200) return { kind: 'done' };
  if (answer.status === 429) return { kind: 'held-back' };
  if (answer.status === 401 || answer.status === 410) return proofAsked(answer);
  const problems = Envelope.safeParse(answer.body).data?.errors ?? [];
  if (problems.some((problem) => problem.code === 'too_many_login_attempts')) return { kind: 'held-back' };
  return { kind: 'refused', problems };
}

function proofAsked(answer: Answer): Outcome {
  const ways = pendingWays(answer);
  if (ways) return { kind: 'second-step-wanted', ways };
  const envelope = Envelope.safeParse(answer.body).data;
  if (!envelope?.meta?.is_authenticated) return { kind: 'signed-out' };
  return { kind: 'proof-wanted', ways: waysOf(flowsOf(answer)) };
}

function pendingWays(answer: Answer): Ways | null {
  const pending = flowsOf(answer).filter((flow) => flow.id === 'mfa_authenticate' && flow.is_pending);
  return pending.length > 0 ? waysOf(pending) : null;
}

function waysOf(flows: z.infer<typeof Flow>[]): Ways {
  const types = flows.flatMap((flow) => flow.types ?? []);
  return {
    password: flows.some((flow) => flow.id === 'reauthenticate'),
    app: types.includes('totp'),
    passkey: types.includes('webauthn'),
  };
}

function flowsOf(answer: Answer): z.infer<typeof Flow>[] {
  return Flows.safeParse(Envelope.safeParse(answer.body).data?.data).data?.flows ?? [];
}
