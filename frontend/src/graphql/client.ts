import { TRUSTED_IDS } from 'virtual:trusted-documents';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { ownHeaders } from '@/lib/http';
import { byId } from './byId';

/** Make the client of the public GraphQL API, as a browser with a session; one for each page load. */
export function makeClient(): Client {
  return new Client({
    url: '/graphql/',
    preferGetMethod: false,
    fetch: byId(TRUSTED_IDS),
    exchanges: [cacheExchange({}), fetchExchange],
    fetchOptions: () => ({ credentials: 'same-origin', headers: ownHeaders() }),
  });
}
