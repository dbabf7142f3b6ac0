import { Trans } from '@lingui/react/macro';
import { Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';

interface SureButtonProps {
  /** What a person should know before it is done. */
  question: ReactNode;
  isBusy: boolean;
  onSure: () => void;
  /** What the button that asks is called. */
  children: ReactNode;
}

/** A button for what takes something away: it asks once more before it is done, and the focus goes along. */
export function SureButton({ question, isBusy, onSure, children }: SureButtonProps) {
  const [state, setState] = useState<'untouched' | 'asking' | 'kept'>('untouched');
  if (state !== 'asking') {
    return (
      <Button variant="default" autoFocus={state === 'kept'} onClick={() => setState('asking')}>
        {children}
      </Button>
    );
  }
  return (
    <Stack gap="xs">
      <Text>{question}</Text>
      <Group grow>
        <Button variant="default" autoFocus onClick={() => setState('kept')}>
          <Trans>Keep it</Trans>
        </Button>
        <Button color="red.9" loading={isBusy} onClick={onSure}>
          <Trans>Remove it</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
