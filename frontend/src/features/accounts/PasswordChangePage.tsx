import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { leaveFor } from '@/lib/leave';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { NewPasswordField, PasswordField } from '@/ui/PasswordField';
import { StartLink } from '@/ui/StartLink';
import { changePassword } from './ownAccess';
import { useAttempt } from './useAttempt';

/** Choose a new password while signed in. */
export function PasswordChangePage() {
  const { t } = useLingui();
  const [isDone, setIsDone] = useState(false);

  return (
    <Page title={t`Change the password`} isNarrow>
      <Stack>
        {isDone ? (
          <Notice tone="success">
            <Trans>Your new password is set. Everywhere else you have been signed out.</Trans>
          </Notice>
        ) : (
          <ChangePasswordForm onDone={() => setIsDone(true)} />
        )}
        <StartLink />
      </Stack>
    </Page>
  );
}

function ChangePasswordForm({ onDone }: { onDone: () => void }) {
  const { t } = useLingui();
  // The names are those of the sign-in API, which tells by them where something is wrong.
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { current_password: '', new_password: '' },
    validate: {
      current_password: (value) => (value ? null : t`Enter your password.`),
      new_password: (value) => (value ? null : t`Choose a password.`),
    },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit(passwords: typeof form.values) {
    const outcome = await attempt(() => changePassword(passwords));
    if (outcome?.kind === 'done') onDone();
    if (outcome?.kind === 'signed-out') leaveFor('/sign-in?next=%2Faccount%2Fpassword');
  }

  return (
    <Form form={form} onSend={submit}>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <PasswordField
        label={t`Present password`}
        key={form.key('current_password')}
        {...form.getInputProps('current_password')}
      />
      <NewPasswordField key={form.key('new_password')} {...form.getInputProps('new_password')} />
      <Button type="submit" loading={isTrying} fullWidth>
        <Trans>Set the password</Trans>
      </Button>
    </Form>
  );
}
