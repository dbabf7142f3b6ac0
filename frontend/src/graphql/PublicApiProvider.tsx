import { type ReactNode, useState } from 'react';
import { Provider } from 'urql';
import { makePublicClient } from './publicClient';

/** Give the API to pages for people who have nothing but a link. */
export function PublicApiProvider({ children }: { children: ReactNode }) {
  const [client] = useState(makePublicClient);
  return <Provider value={client}>{children}</Provider>;
}
