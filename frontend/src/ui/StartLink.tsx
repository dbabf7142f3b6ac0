import { Trans } from '@lingui/react/macro';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** The way back from a page that stands by itself. */
export function StartLink() {
  return (
    <Anchor renderRoot={(props) => <Link to="/" {...props} />}>
      <Trans>To the start page</Trans>
    </Anchor>
  );
}
