import { useQuery } from "@tanstack/react-query";
import { Plug, Plus } from "lucide-react";
import { useState } from "react";
import type { Connection } from "@/api/types";
import { PageHeader } from "@/components/page-header";
import { Empty, ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/surface";
import { useSession } from "@/features/auth/queries";
import { AddConnection } from "./add-dialog";
import { ConnectionCard } from "./card";
import { DeleteConnection, EditConnection } from "./edit-dialog";
import { connectionsQuery } from "./queries";

type Open = { kind: "add" } | { kind: "edit" | "delete"; connection: Connection } | null;

export function ConnectionsPage() {
  const { data, error, refetch } = useQuery(connectionsQuery);
  const [open, setOpen] = useState<Open>(null);
  const mayChange = useSession().role === "owner";
  const close = () => setOpen(null);
  const add = mayChange && (
    <Button variant="primary" onClick={() => setOpen({ kind: "add" })}>
      <Plus aria-hidden className="size-4" />
      Add connection
    </Button>
  );
  return (
    <>
      <PageHeader title="Connections" actions={data && data.items.length > 0 && add} />
      {!data && error && (
        <ErrorState title="The connections could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton className="h-36 rounded-lg!" />}
      {data?.items.length === 0 && (
        <Empty
          icon={<Plug aria-hidden className="size-5" />}
          title="Connect your first ad account"
          text={
            mayChange
              ? "You need the account's id and an access token that may read it. OmniFy then fetches the last 90 days, newest first."
              : "An owner of the organization can add a connection."
          }
          actions={add}
        />
      )}
      {data && data.items.length > 0 && (
        <ul className="grid gap-3">
          {data.items.map((connection) => (
            <ConnectionCard
              key={connection.id}
              connection={connection}
              mayChange={mayChange}
              onEdit={() => setOpen({ kind: "edit", connection })}
              onDelete={() => setOpen({ kind: "delete", connection })}
            />
          ))}
        </ul>
      )}
      {open?.kind === "add" && <AddConnection onClose={close} />}
      {open?.kind === "edit" && <EditConnection connection={open.connection} onClose={close} />}
      {open?.kind === "delete" && <DeleteConnection connection={open.connection} onClose={close} />}
    </>
  );
}
