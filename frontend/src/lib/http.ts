import { i18n } from '@lingui/core';

const CSRF_COOKIE = /(?:^|;\s*)(?:__Host-|__Secure-)?csrftoken=([^;]+)/;

/** Give the headers every request of the web app carries: the language it is read in and the proof that it is ours. */
export function ownHeaders(): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': i18n.locale };
  const token = CSRF_COOKIE.exec(document.cookie)?.[1];
  if (token) headers['X-CSRFToken'] = decodeURIComponent(token);
  return headers;
}

export interface Answer {
  status: number;
  /** The JSON body, or null where the answer had none: who reads it parses it with a schema. */
  body: unknown;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface Sending {
  method?: Method;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Send one request to our own server, by the browser's fetch or a kind of it; throws TypeError when the server is not reached. */
export async function send(
  path: string,
  { method = 'GET', body, headers }: Sending = {},
  fetchIt: typeof fetch = fetch,
): Promise<Answer> {
  const response = await fetchIt(path, {
    method,
    credentials: 'same-origin',
    headers: { ...ownHeaders(), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await readJson(response) };
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}
