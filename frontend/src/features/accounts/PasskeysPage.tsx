import { Trans, useLingui } from '@lingui/react/macro';
import { Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { StartLink } from '@/ui/StartLink';
import { Unreachable } from '@/ui/Unreachable';
import { Waiting } from '@/ui/Waiting';
import { AddPasskeyForm } from './AddPasskeyForm';
import { isOutcome } from './headless';
import { PasskeyCard } from './PasskeyCard';
import { arePasskeysKnown, type Passkey, passkeys } from './passkeys';
import { RecoveryCodes } from './RecoveryCodes';
import { recoveryCodes } from './secondStep';
import { useProof } from './useProof';

/** See one's passkeys, add one, rename and remove them. */
export function PasskeysPage() {
  const { t } = useLingui();
  const [own, setOwn] = useState<Passkey[] | 'asking' | 'unreachable'>('asking');
  const [newCodes, setNewCodes] = useState<string[]>([]);
  const { form: proof, proven } = useProof('/account/passkeys');

  const show = useCallback(async () => {
    const answer = await proven(passkeys).catch(() => null);
    if (answer && !isOutcome(answer)) setOwn(answer);
    else if (answer?.kind !== 'signed-out') setOwn('unreachable');
  }, [proven]);

  useEffect(() => void show(), [show]);

  async function added(hasNewCodes: boolean) {
    await show();
    if (!hasNewCodes) return;
    const codes = await proven(recoveryCodes).catch(() => null);
    if (codes && !isOutcome(codes)) setNewCodes(codes);
  }

  return (
    <Page title={t`Passkeys`} isNarrow>
      <Stack>
        {proof}
        <Stack display={proof === null ? undefined : 'none'}>
          <Text>
            <Trans>
              A passkey lets you in by the fingerprint, face or screen lock of your device, without a password. Once you
              have one, your password alone no longer lets anybody in.
            </Trans>
          </Text>
          {own === 'asking' && <Waiting />}
          {own === 'unreachable' && <Unreachable />}
          {newCodes.length > 0 && <RecoveryCodes codes={newCodes} onKept={() => setNewCodes([])} />}
          {Array.isArray(own) && newCodes.length === 0 && (
            <>
              {own.length === 0 && (
                <Text>
                  <Trans>You have no passkey yet.</Trans>
                </Text>
              )}
              {own.map((passkey) => (
                <PasskeyCard key={passkey.id} passkey={passkey} onChanged={() => void show()} proven={proven} />
              ))}
              {arePasskeysKnown() ? (
                <AddPasskeyForm onAdded={(hasNewCodes) => void added(hasNewCodes)} proven={proven} />
              ) : (
                <Notice tone="hint">
                  <Trans>This browser does not know passkeys. A newer one on this or another device does.</Trans>
                </Notice>
              )}
            </>
          )}
        </Stack>
        <StartLink />
      </Stack>
    </Page>
  );
}
