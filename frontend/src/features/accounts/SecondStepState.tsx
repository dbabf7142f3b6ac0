import { Plural, Trans } from '@lingui/react/macro';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Notice } from '@/ui/Notice';
import { removeSecondStep, type SecondStep } from './headless';
import { useAttempt } from './useAttempt';

interface SecondStepStateProps {
  state: SecondStep;
  onEnrol: () => void;
  onRenewCodes: () => void;
  onRemoved: () => void;
  onProofWanted: (by: 'password' | 'code', afterwards: () => void) => void;
}

const NO_FIELDS = { getValues: () => ({}), setErrors: () => undefined, getInputNode: () => null };

/** Say whether the second step is on, and offer what can be done about it. */
export function SecondStepState({ state, onEnrol, onRenewCodes, onRemoved, onProofWanted }: SecondStepStateProps) {
  const { attempt, isTrying, notice } = useAttempt(NO_FIELDS);
  const [isRemoving, setIsRemoving] = useState(false);

  async function remove() {
    const outcome = await attempt(removeSecondStep);
    if (outcome?.kind === 'done') onRemoved();
    if (outcome?.kind === 'proof-wanted') onProofWanted(outcome.by, () => void removeSecondStep().then(onRemoved));
  }

  if (!state.isOn) {
    return (
      <>
        <Text>
          <Trans>
            With a second step nobody gets in with your password alone. You need an authenticator app on your phone; it
            works without a network.
          </Trans>
        </Text>
        <Button onClick={onEnrol}>
          <Trans>Set up the second step</Trans>
        </Button>
      </>
    );
  }
  return (
    <>
      <Notice tone="success">
        <Trans>The second step is on.</Trans>
      </Notice>
      <Text>
        <Plural value={state.unusedCodes} one="# recovery code is left." other="# recovery codes are left." />
      </Text>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <Button variant="default" onClick={onRenewCodes}>
        <Trans>Make new recovery codes</Trans>
      </Button>
      {isRemoving ? (
        <Stack gap="xs">
          <Text>
            <Trans>Remove the second step? From then on the password alone is enough.</Trans>
          </Text>
          <Group grow>
            <Button variant="default" onClick={() => setIsRemoving(false)}>
              <Trans>Keep it</Trans>
            </Button>
            <Button color="red.9" loading={isTrying} onClick={() => void remove()}>
              <Trans>Remove it</Trans>
            </Button>
          </Group>
        </Stack>
      ) : (
        <Button variant="default" onClick={() => setIsRemoving(true)}>
          <Trans>Remove the second step</Trans>
        </Button>
      )}
    </>
  );
}
