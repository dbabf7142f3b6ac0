import { Trans, useLingui } from '@lingui/react/macro';
import { List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from 'urql';
import { graphql } from '@/graphql/graphql';
import { PublicApiProvider } from '@/graphql/PublicApiProvider';
import { Page } from '@/ui/Page';
import { Unreachable } from '@/ui/Unreachable';
import { Waiting } from '@/ui/Waiting';

const CHARTER = graphql(`
  query Charter($language: String) {
    charter(language: $language) { chainName chapters { name clauses { standard number text } } }
  }
`);

/** Where everybody reads, without signing in, what the chain promises its customers. */
export function CharterPage() {
  return (
    <PublicApiProvider>
      <Charter />
    </PublicApiProvider>
  );
}

function Charter() {
  const { t, i18n } = useLingui();
  const [{ data, error, fetching }] = useQuery({ query: CHARTER, variables: { language: i18n.locale.toLowerCase() } });
  const { chainName: chain, chapters = [] } = data?.charter ?? {};

  return (
    <Page title={t`What we promise you`}>
      <Stack>
        {fetching && <Waiting />}
        {error && <Unreachable />}
        {chain && chapters.length > 0 && (
          <Text>
            <Trans>This is what every customer of {chain} can count on.</Trans>
          </Text>
        )}
        {chain && chapters.length === 0 && (
          <Text>
            <Trans>{chain} has not published its promises yet.</Trans>
          </Text>
        )}
        {chapters.map(({ name, clauses }) => (
          <section key={name ?? ''}>
            <Title order={2} size="h4" mb="xs">
              {name ?? t`At all times`}
            </Title>
            <List spacing="xs">
              {clauses.map(({ standard, number, text }) => (
                <List.Item key={`${standard} ${number}`}>{text}</List.Item>
              ))}
            </List>
          </section>
        ))}
      </Stack>
    </Page>
  );
}
