import { type ReactNode, useState } from 'react';
import { Provider } from 'urql';
import { makeClient } from './client';

/** Give the pages inside it the API; it is apart from the other providers so that sign-in does not load it. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient);
  return <Provider value={client}>{children}</Provider>;
}
