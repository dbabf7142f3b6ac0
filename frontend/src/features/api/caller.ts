import { send } from '@/lib/http';

/** Who is about to ask: a signed-in person, nobody yet, or an operator on the public host, where there is no sign-in but by token. */
export type Caller = 'member' | 'nobody' | 'operator';

/** Find out who calls; on a chain's host this also brings the CSRF cookie. */
export async function whoCalls(): Promise<Caller> {
  try {
    const { status } = await send('/_allauth/browser/v1/auth/session');
    if (status === 404) return 'operator';
    return status === 200 ? 'member' : 'nobody';
  } catch {
    return 'nobody';
  }
}
