import { Trans, useLingui } from '@lingui/react/macro';
import { List, Text, Title } from '@mantine/core';
import { useRoleName } from './useRoleName';

interface Assignment {
  id: string;
  role: string;
  store: { name: string } | null;
  area: { name: string } | null;
}

/** The roles somebody has, each with how far it reaches. */
export function AssignmentList({ assignments }: { assignments: readonly Assignment[] }) {
  const { t } = useLingui();
  const roleName = useRoleName();
  return (
    <section aria-labelledby="roles">
      <Title order={2} size="h3" mb="sm" id="roles">
        <Trans>Your roles</Trans>
      </Title>
      {assignments.length === 0 ? (
        <Text>
          <Trans>You have no role yet. Whoever invited you can give you one.</Trans>
        </Text>
      ) : (
        <List>
          {assignments.map(({ id, role, store, area }) => {
            const name = roleName(role);
            const where = store?.name ?? area?.name ?? t`the whole chain`;
            return (
              <List.Item key={id}>
                <Trans>
                  <strong>{name}</strong>: {where}
                </Trans>
              </List.Item>
            );
          })}
        </List>
      )}
    </section>
  );
}
