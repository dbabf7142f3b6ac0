import { TRUSTED_IDS } from 'virtual:trusted-documents';
import { Client, fetchExchange } from '@urql/core';
import { ownHeaders } from '@/lib/http';
import { byId } from './byId';

/** Make a client without a session and without a cache: whoever happens to be signed in here, the link alone counts. */
export function makePublicClient(): Client {
  return new Client({
    url: '/graphql/',
    preferGetMethod: false,
    fetch: byId(TRUSTED_IDS),
    exchanges: [fetchExchange],
    fetchOptions: () => ({ credentials: 'omit', headers: ownHeaders() }),
  });
}
