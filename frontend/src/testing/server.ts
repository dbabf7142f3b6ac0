import { graphql, HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';

/** The server as the web app sees it, with somebody at its door who is not signed in; each test says what else it answers. */
export const server = setupServer(
  http.get('*/_allauth/browser/v1/auth/session', () => refusedEntry()),
  graphql.query('ChainName', () => HttpResponse.json({ data: { chain: { name: 'Blue Teapot' } } })),
);

/** The answer of the sign-in API to somebody who has still to show who he is. */
export function refusedEntry(...pending: string[]) {
  const flows = [{ id: 'login' }, ...pending.map((id) => ({ id, is_pending: true }))];
  return HttpResponse.json({ status: 401, data: { flows }, meta: { is_authenticated: false } }, { status: 401 });
}

/** The answer of the sign-in API when all is well. */
export function welcome(data: object = {}) {
  return HttpResponse.json({ status: 200, data, meta: { is_authenticated: true } });
}

/** The answer of the sign-in API to something it refuses. */
export function refusal(code: string, param: string | undefined, message = 'No.') {
  return HttpResponse.json({ status: 400, errors: [{ code, message, ...(param ? { param } : {}) }] }, { status: 400 });
}
