import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Notice } from '@/ui/Notice';
import type { Outcome } from './headless';
import { arePasskeysKnown } from './passkeys';
import { NO_FIELDS, useAttempt } from './useAttempt';

interface PasskeyButtonProps {
  sign: () => Promise<Outcome>;
  onDone: () => void;
  children: ReactNode;
}

/** Offer to show by a passkey who one is, where the browser knows passkeys. */
export function PasskeyButton({ sign, onDone, children }: PasskeyButtonProps) {
  const { attempt, isTrying, notice } = useAttempt(NO_FIELDS);

  async function press() {
    const outcome = await attempt(sign);
    if (outcome?.kind === 'done') onDone();
  }

  if (!arePasskeysKnown()) return null;
  return (
    <>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <Button variant="default" loading={isTrying} fullWidth onClick={() => void press()}>
        {children}
      </Button>
    </>
  );
}
