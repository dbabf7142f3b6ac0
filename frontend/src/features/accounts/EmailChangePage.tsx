import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { askEmailChange } from './ownAccess';
import { useAttempt } from './useAttempt';
import { useProof } from './useProof';

/** Ask to sign in with another e-mail address; it counts once the mail to it has been answered. */
export function EmailChangePage() {
  const { t } = useLingui();
  const [asked, setAsked] = useState<string | null>(null);
  const { form: proof, proven } = useProof('/account/email');
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '' },
    validate: { email: (value) => (value.includes('@') ? null : t`Enter your e-mail address.`) },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit({ email }: typeof form.values) {
    const outcome = await attempt(() => proven(() => askEmailChange(email.trim())));
    if (outcome?.kind === 'done') setAsked(email.trim());
  }

  return (
    <Page title={t`Change the e-mail address`} isNarrow>
      <Stack>
        {proof}
        <Stack display={proof === null ? undefined : 'none'}>
          {asked === null ? (
            <Form form={form} onSend={submit}>
              <Text>
                <Trans>
                  We send a mail with a link to the new address. Until you have confirmed there, you sign in with the
                  address you have now.
                </Trans>
              </Text>
              {notice && <Notice tone="problem">{notice}</Notice>}
              <TextInput
                label={t`New e-mail address`}
                type="email"
                inputMode="email"
                autoComplete="email"
                autoCapitalize="none"
                key={form.key('email')}
                {...form.getInputProps('email')}
              />
              <Button type="submit" loading={isTrying} fullWidth>
                <Trans>Send the link</Trans>
              </Button>
            </Form>
          ) : (
            <Notice tone="success" title={t`Look into your mail`}>
              <Trans>
                A mail to {asked} is on its way, unless somebody here uses that address already. Its link works for an
                hour.
              </Trans>
            </Notice>
          )}
        </Stack>
        <Anchor renderRoot={(props) => <Link to="/" {...props} />}>
          <Trans>To the start page</Trans>
        </Anchor>
      </Stack>
    </Page>
  );
}
