import * as z from 'zod/mini';
import { attempt, type Outcome, reach, told } from './headless';

const Offered = z.object({ data: z.object({ email: z.string() }) });

export const forgetPassword = (email: string) => attempt('POST', '/auth/password/request', { email });
export const askEmailChange = (email: string) => attempt('POST', '/account/email', { email });
export const confirmEmailChange = (key: string) => attempt('POST', '/auth/email/verify', { key });

/** Change the password of whoever is signed in; the names are those of the form's fields. */
export const changePassword = (passwords: { current_password: string; new_password: string }) =>
  attempt('POST', '/account/password/change', passwords);

/** Set a new password by the key from the mail; being asked to sign in afterwards counts as done. */
export async function resetPassword(key: string, password: string): Promise<Outcome> {
  const outcome = await attempt('POST', '/auth/password/reset', { key, password });
  return outcome.kind === 'signed-out' || outcome.kind === 'second-step-wanted' ? { kind: 'done' } : outcome;
}

/** Say whether a key from the mail still opens anything, before somebody thinks up a password. */
export async function isResetKeyGood(key: string): Promise<boolean> {
  return (await reach('GET', '/auth/password/reset', undefined, { 'X-Password-Reset-Key': key })).status === 200;
}

/** Tell which address a key from the mail confirms; an outcome when it confirms none any more. */
export async function confirmedBy(key: string): Promise<string | Outcome> {
  const answer = await reach('GET', '/auth/email/verify', undefined, { 'X-Email-Verification-Key': key });
  return answer.status === 200 ? Offered.parse(answer.body).data.email : told(answer);
}
