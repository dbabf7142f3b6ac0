import { useLingui } from '@lingui/react/macro';
import { Group, Radio, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface ScoreFieldProps {
  label: string;
  isRequired: boolean;
  value?: string;
  error?: ReactNode;
  onChange?: (value: string) => void;
}

/** Five large squares for one question; a screen reader is told what each of them means. */
export function ScoreField({ label, isRequired, value, error, onChange }: ScoreFieldProps) {
  const { t } = useLingui();
  const meanings = [t`1, very poor`, t`2, poor`, t`3, fair`, t`4, good`, t`5, very good`];
  return (
    <Radio.Group
      label={label}
      required={isRequired}
      size="md"
      value={value ?? ''}
      error={error}
      onChange={(score) => onChange?.(score)}
    >
      <Group grow gap="xs" wrap="nowrap" mt={6}>
        {meanings.map((meaning, place) => (
          <Radio.Card key={meaning} value={String(place + 1)} aria-label={meaning} p="xs" mih={64}>
            <Stack align="center" gap={6}>
              <Text fw={600}>{place + 1}</Text>
              <Radio.Indicator />
            </Stack>
          </Radio.Card>
        ))}
      </Group>
    </Radio.Group>
  );
}
