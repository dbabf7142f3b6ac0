import * as z from 'zod/mini';
import { ask, attempt, type Outcome, reach, told } from './headless';

const Kept = z.array(z.object({ type: z.string(), unused_code_count: z.optional(z.number()) }));
const State = z.pipe(
  z.object({ data: Kept }),
  z.transform(({ data }) => stateOf(data)),
);
const Offer = z.object({ meta: z.object({ secret: z.string(), totp_url: z.string() }) });
const Codes = z.pipe(
  z.object({ data: z.object({ unused_codes: z._default(z.array(z.string()), []) }) }),
  z.transform(({ data }) => data.unused_codes),
);

export interface SecondStep {
  hasApp: boolean;
  hasPasskey: boolean;
  unusedCodes: number;
}
export interface Enrolment {
  secret: string;
  otpauth: string;
}

export const secondStep = () => ask(State, 'GET', '/account/authenticators');
export const activateApp = (code: string) => attempt('POST', '/account/authenticators/totp', { code });
export const removeApp = () => attempt('DELETE', '/account/authenticators/totp');
export const recoveryCodes = () => ask(Codes, 'GET', '/account/authenticators/recovery-codes');
export const renewRecoveryCodes = () => ask(Codes, 'POST', '/account/authenticators/recovery-codes', {});

/** Begin a second step: a fresh secret, which counts only once a code made from it has been given. */
export async function beginApp(): Promise<Enrolment | Outcome> {
  const answer = await reach('GET', '/account/authenticators/totp');
  const offer = answer.status === 404 ? Offer.safeParse(answer.body).data : undefined;
  return offer ? { secret: offer.meta.secret, otpauth: offer.meta.totp_url } : told(answer);
}

function stateOf(kept: z.infer<typeof Kept>): SecondStep {
  return {
    hasApp: kept.some((one) => one.type === 'totp'),
    hasPasskey: kept.some((one) => one.type === 'webauthn'),
    unusedCodes: kept.find((one) => one.type === 'recovery_codes')?.unused_code_count ?? 0,
  };
}
