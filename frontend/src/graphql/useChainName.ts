import { TRUSTED_IDS } from 'virtual:trusted-documents';
import { useEffect, useState } from 'react';
import * as z from 'zod/mini';
import { send } from '@/lib/http';
import { byId } from './byId';

// Asked without the client, which sign-in does not load for one word.
const CHAIN_NAME = /* GraphQL */ `query ChainName { chain { name } }`;
const Answer = z.object({ data: z.object({ chain: z.object({ name: z.string() }) }) });

/** Give the name of the chain whose host this is, which everybody may know; null until it is known. */
export function useChainName(): string | null {
  const [name, setName] = useState<string | null>(null);
  useEffect(() => {
    send(
      '/graphql/',
      { method: 'POST', body: { operationName: 'ChainName', query: CHAIN_NAME } },
      byId(TRUSTED_IDS),
    ).then(
      ({ body }) => setName(Answer.safeParse(body).data?.data.chain.name ?? null),
      () => undefined,
    );
  }, []);
  return name;
}
