import { Trans } from '@lingui/react/macro';
import { List, Text, Title } from '@mantine/core';

interface StoreListProps {
  stores: readonly { id: string; name: string }[];
  total: number;
}

/** The stores somebody sees, and how many there are beyond those listed. */
export function StoreList({ stores, total }: StoreListProps) {
  const more = total - stores.length;
  return (
    <section aria-labelledby="stores">
      <Title order={2} size="h3" mb="sm" id="stores">
        <Trans>Your stores</Trans>
      </Title>
      {total === 0 && (
        <Text>
          <Trans>There is no store that you see.</Trans>
        </Text>
      )}
      <List>
        {stores.map(({ id, name }) => (
          <List.Item key={id}>{name}</List.Item>
        ))}
      </List>
      {more > 0 && (
        <Text mt="xs">
          <Trans>and {more} more</Trans>
        </Text>
      )}
    </section>
  );
}
