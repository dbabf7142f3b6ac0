import { type ReactNode, useCallback, useState } from 'react';
import { leaveFor } from '@/lib/leave';
import { isOutcome, type Outcome, type Ways } from './headless';
import { ProofForm } from './ProofForm';

export interface Proof {
  /** The form that asks for the proof, while one is wanted; what it stands in for is to be hidden, not taken away. */
  form: ReactNode;
  /** Do a deed, asking for a proof as often as the server wants one; whoever is not signed in is sent there and back. */
  proven: <T>(deed: () => Promise<T | Outcome>) => Promise<T | Outcome>;
  /** Ask for a proof before the server does. */
  prove: (ways: Ways) => Promise<void>;
}

/** Ask again who sits there wherever the server wants it: a signed-in screen left alone must not be enough to change how one signs in. */
export function useProof(page: string): Proof {
  const [wanted, setWanted] = useState<{ ways: Ways; onDone: () => void } | null>(null);

  const prove = useCallback(
    (ways: Ways) => new Promise<void>((resolve) => setWanted({ ways, onDone: resolve })).then(() => setWanted(null)),
    [],
  );
  const proven = useCallback(
    async <T,>(deed: () => Promise<T | Outcome>): Promise<T | Outcome> => {
      for (;;) {
        const answer = await deed();
        if (isOutcome(answer) && answer.kind === 'signed-out') leaveFor(`/sign-in?next=${encodeURIComponent(page)}`);
        if (!isOutcome(answer) || answer.kind !== 'proof-wanted') return answer;
        await prove(answer.ways);
      }
    },
    [page, prove],
  );

  return { form: wanted && <ProofForm {...wanted} />, proven, prove };
}
