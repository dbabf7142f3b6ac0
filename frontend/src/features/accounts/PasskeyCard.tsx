import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { SureButton } from '@/ui/SureButton';
import { type Passkey, removePasskey, renamePasskey } from './passkeys';
import { NO_FIELDS, useAttempt } from './useAttempt';
import type { Proof } from './useProof';

interface PasskeyCardProps {
  passkey: Passkey;
  onChanged: () => void;
  proven: Proof['proven'];
}

/** One passkey: what it is called, since when there is it, when it was last used, and what can be done about it. */
export function PasskeyCard({ passkey, onChanged, proven }: PasskeyCardProps) {
  const { i18n } = useLingui();
  const [isRenaming, setIsRenaming] = useState(false);
  const { attempt, isTrying, notice } = useAttempt(NO_FIELDS);
  const day = (seconds: number) => i18n.date(new Date(seconds * 1_000), { dateStyle: 'medium' });
  const { id, name, created_at: createdAt, last_used_at: lastUsedAt } = passkey;
  const made = day(createdAt);
  const used = lastUsedAt == null ? null : day(lastUsedAt);

  async function remove() {
    const outcome = await attempt(() => proven(() => removePasskey(id)));
    if (outcome?.kind === 'done') onChanged();
  }

  return (
    <Card withBorder component="section" aria-labelledby={`passkey-${id}`}>
      <Stack gap="xs">
        <Title order={2} size="h4" id={`passkey-${id}`}>
          {name}
        </Title>
        <Text size="sm">
          {used === null ? (
            <Trans>Added on {made}, not used yet.</Trans>
          ) : (
            <Trans>
              Added on {made}, last used on {used}.
            </Trans>
          )}
        </Text>
        {notice && <Notice tone="problem">{notice}</Notice>}
        {isRenaming ? (
          <RenamePasskeyForm
            passkey={passkey}
            proven={proven}
            onDone={(hasChanged) => {
              setIsRenaming(false);
              if (hasChanged) onChanged();
            }}
          />
        ) : (
          <>
            <Button variant="default" onClick={() => setIsRenaming(true)}>
              <Trans>Rename</Trans>
            </Button>
            <SureButton
              question={<Trans>Remove this passkey? The device it is on keeps it, but it opens nothing here.</Trans>}
              isBusy={isTrying}
              onSure={() => void remove()}
            >
              <Trans>Remove</Trans>
            </SureButton>
          </>
        )}
      </Stack>
    </Card>
  );
}

interface RenamePasskeyFormProps {
  passkey: Passkey;
  proven: Proof['proven'];
  onDone: (hasChanged: boolean) => void;
}

function RenamePasskeyForm({ passkey, proven, onDone }: RenamePasskeyFormProps) {
  const { t } = useLingui();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: passkey.name },
    validate: { name: (value) => (value.trim() ? null : t`Give it a name, such as the device's.`) },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit({ name }: typeof form.values) {
    const outcome = await attempt(() => proven(() => renamePasskey(passkey.id, name.trim())));
    if (outcome?.kind === 'done') onDone(true);
  }

  return (
    <Form form={form} onSend={submit}>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <TextInput
        label={t`New name`}
        autoComplete="off"
        maxLength={100}
        autoFocus
        key={form.key('name')}
        {...form.getInputProps('name')}
      />
      <Group grow>
        <Button variant="default" onClick={() => onDone(false)}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" loading={isTrying}>
          <Trans>Rename</Trans>
        </Button>
      </Group>
    </Form>
  );
}
