import { Plural, Trans } from '@lingui/react/macro';
import { Button, Text } from '@mantine/core';
import { Notice } from '@/ui/Notice';
import { SureButton } from '@/ui/SureButton';
import type { Ways } from './headless';
import { removeApp, type SecondStep } from './secondStep';
import { NO_FIELDS, useAttempt } from './useAttempt';
import type { Proof } from './useProof';

interface SecondStepStateProps {
  state: SecondStep;
  onEnrol: (ways: Ways) => void;
  onRenewCodes: () => void;
  onRemoved: () => void;
  proven: Proof['proven'];
}

/** Say whether the second step is on, and offer what can be done about it. */
export function SecondStepState({ state, onEnrol, onRenewCodes, onRemoved, proven }: SecondStepStateProps) {
  const { attempt, isTrying, notice } = useAttempt(NO_FIELDS);
  const { hasApp, hasPasskey, unusedCodes } = state;

  async function remove() {
    const outcome = await attempt(() => proven(removeApp));
    if (outcome?.kind === 'done') onRemoved();
  }

  return (
    <>
      {notice && <Notice tone="problem">{notice}</Notice>}
      {hasApp || hasPasskey ? (
        <Notice tone="success">
          <Trans>The second step is on.</Trans>
        </Notice>
      ) : (
        <Text>
          <Trans>
            With a second step nobody gets in with your password alone. You need an authenticator app on your phone; it
            works without a network.
          </Trans>
        </Text>
      )}
      {hasPasskey && !hasApp && (
        <Text>
          <Trans>
            After your password you are asked for a passkey. With an authenticator app you have one more way.
          </Trans>
        </Text>
      )}
      {!hasApp && (
        <Button onClick={() => onEnrol({ password: true, app: false, passkey: hasPasskey })}>
          <Trans>Set up the authenticator app</Trans>
        </Button>
      )}
      {(hasApp || hasPasskey) && (
        <>
          <Text>
            <Plural value={unusedCodes} one="# recovery code is left." other="# recovery codes are left." />
          </Text>
          <Button variant="default" onClick={onRenewCodes}>
            <Trans>Make new recovery codes</Trans>
          </Button>
        </>
      )}
      {hasApp && (
        <SureButton
          question={
            hasPasskey ? (
              <Trans>Remove the authenticator app? Your passkeys remain.</Trans>
            ) : (
              <Trans>Remove the second step? From then on the password alone is enough.</Trans>
            )
          }
          isBusy={isTrying}
          onSure={() => void remove()}
        >
          <Trans>Remove the authenticator app</Trans>
        </SureButton>
      )}
    </>
  );
}
