import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { AccountLinks } from '@/features/accounts/AccountLinks';
import { ApiProvider } from '@/graphql/ApiProvider';
import { graphql } from '@/graphql/graphql';
import { leaveFor } from '@/lib/leave';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { Waiting } from '@/ui/Waiting';
import { AssignmentList } from './AssignmentList';
import { SigningOut } from './SigningOut';
import { StoreList } from './StoreList';

const HOME = graphql(`
  query Home {
    viewer {
      id
      name
      email
      permissions
      assignments { role reach storeId areaId }
    }
    chain { id name }
    stores(first: 100) {
      totalCount
      edges { node { id name } }
    }
    areas(first: 100) {
      edges { node { id name } }
    }
  }
`);

/** The page after sign-in, with the API it asks. */
export function HomePage() {
  return (
    <ApiProvider>
      <Home />
    </ApiProvider>
  );
}

function Home() {
  const { t } = useLingui();
  const [{ data, error, fetching }] = useQuery({ query: HOME });
  const isNobody =
    error?.graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED') ?? (data && !data.viewer);

  useEffect(() => {
    if (isNobody) leaveFor('/sign-in');
  }, [isNobody]);

  if (fetching || isNobody) return <Waiting />;
  if (!data?.viewer) {
    return (
      <Page title={t`Start page`}>
        <Notice tone="problem">
          {error?.graphQLErrors[0]?.message ?? (
            <Trans>The server could not be reached. Check the connection and try again.</Trans>
          )}
        </Notice>
      </Page>
    );
  }
  const { viewer } = data;
  const { name, email } = viewer;
  const chain = data.chain?.name ?? '';
  const stores = data.stores?.edges.map((edge) => edge.node) ?? [];
  const areas = data.areas?.edges.map((edge) => edge.node) ?? [];
  return (
    <Page title={t`Welcome, ${name}`}>
      <Stack gap="xl">
        <Text>
          <Trans>
            You are signed in to {chain} as {email}.
          </Trans>
        </Text>
        <AssignmentList assignments={viewer.assignments} places={[...stores, ...areas]} />
        <StoreList stores={stores} total={data.stores?.totalCount ?? 0} />
        {viewer.permissions.includes('READ_SCHEMA') && (
          <section aria-labelledby="tools">
            <Title order={2} size="h3" mb="sm" id="tools">
              <Trans>Tools</Trans>
            </Title>
            <Anchor href="/graphiql">
              <Trans>GraphiQL: ask the API by hand</Trans>
            </Anchor>
          </section>
        )}
        <AccountLinks />
        <SigningOut />
      </Stack>
    </Page>
  );
}
