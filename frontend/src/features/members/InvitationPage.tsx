import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { ApiProvider } from '@/graphql/ApiProvider';
import { graphql } from '@/graphql/graphql';
import { useAction } from '@/graphql/useAction';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { NewPasswordField } from '@/ui/PasswordField';
import { StartLink } from '@/ui/StartLink';
import { Unreachable } from '@/ui/Unreachable';
import { Waiting } from '@/ui/Waiting';
import { useRoleName } from './useRoleName';

const INVITATION = graphql(`
  query Invitation($token: String!) {
    invitation(token: $token) { email chainName role isMember }
  }
`);

const ACCEPT_INVITATION = graphql(`
  mutation AcceptInvitation($input: AcceptInvitationInput!) {
    acceptInvitation(input: $input) {
      userErrors { code message field }
    }
  }
`);

const route = getRouteApi('/invitation/$token');

/** Take up an invitation from the mail, with the API it asks. */
export function InvitationPage() {
  return (
    <ApiProvider>
      <Invitation />
    </ApiProvider>
  );
}

function Invitation() {
  const { t } = useLingui();
  const roleName = useRoleName();
  const { token } = route.useParams();
  const [{ data, error, fetching }] = useQuery({ query: INVITATION, variables: { token } });
  const [isAccepted, setIsAccepted] = useState(false);
  const invitation = data?.invitation;
  const { chainName: chain, email } = invitation ?? {};
  const role = roleName(invitation?.role ?? '');

  return (
    <Page title={t`Invitation`} isNarrow>
      <Stack>
        {fetching && <Waiting />}
        {error && <Unreachable />}
        {data && !invitation && (
          <Notice tone="problem" title={t`This invitation no longer works`}>
            <Trans>It has been used or withdrawn, or it is too old. Ask whoever invited you for a new one.</Trans>
          </Notice>
        )}
        {!fetching && !invitation && <StartLink />}
        {invitation && !isAccepted && (
          <>
            <Text>
              <Trans>
                {chain} invites you, {email}, to work there as: {role}.
              </Trans>
            </Text>
            <AcceptInvitationForm token={token} isMember={invitation.isMember} onDone={() => setIsAccepted(true)} />
          </>
        )}
        {isAccepted && (
          <>
            <Notice tone="success">
              <Trans>Welcome. Now sign in with your e-mail address and your password.</Trans>
            </Notice>
            <Anchor renderRoot={(props) => <Link to="/sign-in" {...props} />}>
              <Trans>Go to sign-in</Trans>
            </Anchor>
          </>
        )}
      </Stack>
    </Page>
  );
}

interface AcceptInvitationFormProps {
  token: string;
  /** Somebody who can sign in already only takes up the role. */
  isMember: boolean;
  onDone: () => void;
}

function AcceptInvitationForm({ token, isMember, onDone }: AcceptInvitationFormProps) {
  const { t } = useLingui();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', password: '' },
    validate: {
      name: (value) => (isMember || value.trim() ? null : t`Enter your name.`),
      password: (value) => (isMember || value ? null : t`Choose a password.`),
    },
  });
  const { send, isSending, notice } = useAction(ACCEPT_INVITATION, form);

  async function submit({ name, password }: typeof form.values) {
    if (await send({ input: isMember ? { token } : { token, name: name.trim(), password } })) onDone();
  }

  return (
    <Form form={form} onSend={submit}>
      {notice && <Notice tone="problem">{notice}</Notice>}
      {!isMember && (
        <>
          <TextInput label={t`Your name`} autoComplete="name" key={form.key('name')} {...form.getInputProps('name')} />
          <NewPasswordField key={form.key('password')} {...form.getInputProps('password')} />
        </>
      )}
      <Button type="submit" loading={isSending} fullWidth>
        <Trans>Accept the invitation</Trans>
      </Button>
    </Form>
  );
}
