import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Page } from '@/ui/Page';

/** What is shown for an address that leads nowhere. */
export function MissingPage() {
  const { t } = useLingui();
  return (
    <Page title={t`There is no such page`} isNarrow>
      <Text mb="md">
        <Trans>The address may be mistyped, or what was here is gone.</Trans>
      </Text>
      <Anchor renderRoot={(props) => <Link to="/" {...props} />}>
        <Trans>To the start page</Trans>
      </Anchor>
    </Page>
  );
}
