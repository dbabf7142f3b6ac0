import { Trans, useLingui } from '@lingui/react/macro';
import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { isOutcome } from './headless';
import { addPasskey } from './passkeys';
import { useAttempt } from './useAttempt';
import type { Proof } from './useProof';

interface AddPasskeyFormProps {
  onAdded: (hasNewCodes: boolean) => void;
  proven: Proof['proven'];
}

/** Name a passkey and let the device make it. */
export function AddPasskeyForm({ onAdded, proven }: AddPasskeyFormProps) {
  const { t } = useLingui();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '' },
    validate: { name: (value) => (value.trim() ? null : t`Give it a name, such as the device's.`) },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit({ name }: typeof form.values) {
    const answer = await attempt(() => proven(() => addPasskey(name.trim())));
    if (answer === null || isOutcome(answer)) return;
    form.reset();
    onAdded(answer.hasNewCodes);
  }

  return (
    <Form form={form} onSend={submit}>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <TextInput
        label={t`Name of the new passkey`}
        description={t`So that you know it again, such as “My phone”.`}
        autoComplete="off"
        maxLength={100}
        key={form.key('name')}
        {...form.getInputProps('name')}
      />
      <Button type="submit" loading={isTrying} fullWidth>
        <Trans>Add a passkey</Trans>
      </Button>
    </Form>
  );
}
