import type { Fetcher } from '@graphiql/toolkit';
import { ownHeaders } from '@/lib/http';

/**
 * Send what is written in GraphiQL. With a header of Authorization it goes as that token's owner and without the cookie, so that what is
 * tried out here is what a consumer gets; without one it goes as the person who is signed in.
 */
export const ask: Fetcher = async ({ query, variables, operationName }, options) => {
  const written = options?.headers ?? {};
  const hasToken = Object.keys(written).some((name) => name.toLowerCase() === 'authorization');
  const response = await fetch('/graphql/', {
    method: 'POST',
    credentials: hasToken ? 'omit' : 'same-origin',
    headers: { ...ownHeaders(), 'Content-Type': 'application/json', ...written },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return response.json();
};
