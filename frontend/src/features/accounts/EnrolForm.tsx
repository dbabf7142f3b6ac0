import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Center, Code, List, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { QrCode } from '@/ui/QrCode';
import { activateApp, type Enrolment } from './secondStep';
import { useAttempt } from './useAttempt';
import type { Proof } from './useProof';

interface EnrolFormProps {
  enrolment: Enrolment;
  onDone: () => void;
  proven: Proof['proven'];
}

/** Show the secret, as a picture and as text, and turn the second step on once a first code from it has been given. */
export function EnrolForm({ enrolment, onDone, proven }: EnrolFormProps) {
  const { t } = useLingui();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { code: '' },
    validate: { code: (value) => (/^\s*(\d\s*){6}$/.test(value) ? null : t`Enter the six digits that the app shows.`) },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit({ code }: typeof form.values) {
    const outcome = await attempt(() => proven(() => activateApp(code.replaceAll(/\s/g, ''))));
    if (outcome?.kind === 'done') onDone();
  }

  return (
    <Form form={form} onSend={submit}>
      <List type="ordered" spacing="xs">
        <List.Item>
          <Trans>Open your authenticator app and add an account.</Trans>
        </List.Item>
        <List.Item>
          <Trans>Scan this picture, or type in the key below it.</Trans>
        </List.Item>
        <List.Item>
          <Trans>Enter the six digits that the app shows.</Trans>
        </List.Item>
      </List>
      <Center>
        <QrCode text={enrolment.otpauth} label={t`QR code for the authenticator app`} />
      </Center>
      <Text ta="center" size="sm">
        <Trans>Key:</Trans> <Code data-testid="totp-secret">{enrolment.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</Code>
      </Text>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <TextInput
        label={t`Code`}
        inputMode="numeric"
        autoComplete="one-time-code"
        key={form.key('code')}
        {...form.getInputProps('code')}
      />
      <Button type="submit" loading={isTrying} fullWidth>
        <Trans>Turn it on</Trans>
      </Button>
    </Form>
  );
}
