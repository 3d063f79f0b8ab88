import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import type { PlatformDescription } from "@/api/types";
import { ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { Notice, Skeleton } from "@/components/ui/surface";
import { errorText } from "@/lib/api";
import { applyProblem } from "@/lib/forms";
import { toast } from "@/lib/toast";
import { TestResult } from "./card";
import { CredentialFields } from "./credential-fields";
import { connectionsQuery, createConnection, platformsQuery, testNewConnection } from "./queries";
import { connectionSchema, emptyCredentials, toNewConnection, type ConnectionValues } from "./schema";

function ConnectionForm({ platform, onDone }: { platform: PlatformDescription; onDone: () => void }) {
  const client = useQueryClient();
  const form = useForm<ConnectionValues>({
    resolver: zodResolver(connectionSchema(platform)),
    defaultValues: {
      platform: platform.platform,
      name: "",
      external_account_id: "",
      credentials: emptyCredentials(platform.fields),
    },
  });
  const { errors } = form.formState;
  const test = useMutation({
    mutationFn: (values: ConnectionValues) => testNewConnection(toNewConnection(values)),
    onError: (error) => applyProblem(form, error),
  });
  const create = useMutation({
    mutationFn: (values: ConnectionValues) => createConnection(toNewConnection(values)),
    onError: (error) => applyProblem(form, error),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: connectionsQuery.queryKey });
      toast("Connected. The first sync has started, newest days first.");
      onDone();
    },
  });
  const failure = create.error ?? test.error;
  const begin = (action: typeof test | typeof create) =>
    form.handleSubmit((values) => {
      test.reset();
      create.reset();
      action.mutate(values as never);
    });

  return (
    <form noValidate className="mt-4 grid gap-4" onSubmit={(event) => void begin(create)(event)}>
      <Field label={platform.account_label} help={platform.account_help} error={errors.external_account_id?.message}>
        {(attributes) => (
          <Input autoComplete="off" spellCheck={false} {...attributes} {...form.register("external_account_id")} />
        )}
      </Field>
      <CredentialFields
        fields={platform.fields}
        errors={errors.credentials}
        register={(name) => form.register(`credentials.${name}`)}
      />
      <Field
        label="Name"
        optional
        help="What it is called here. Empty: the account's own name."
        error={errors.name?.message}
      >
        {(attributes) => <Input autoComplete="off" {...attributes} {...form.register("name")} />}
      </Field>
      {test.data && <TestResult result={test.data} />}
      {failure && (
        <div role="alert">
          <Notice tone="bad">{errorText(failure)}</Notice>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button busy={test.isPending} disabled={create.isPending} onClick={() => void begin(test)()}>
          Test connection
        </Button>
        <Button type="submit" variant="primary" busy={create.isPending} disabled={test.isPending}>
          Connect
        </Button>
      </div>
    </form>
  );
}

function PlatformChoice({ platforms, onDone }: { platforms: PlatformDescription[]; onDone: () => void }) {
  const [chosen, setChosen] = useState(platforms[0]?.platform ?? "");
  const platform = platforms.find((entry) => entry.platform === chosen);
  return (
    <>
      <Field label="Platform">
        {(attributes) => (
          <Select {...attributes} value={chosen} onChange={(event) => setChosen(event.target.value)}>
            {platforms.map((entry) => (
              <option key={entry.platform} value={entry.platform}>
                {entry.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {platform && <ConnectionForm key={platform.platform} platform={platform} onDone={onDone} />}
    </>
  );
}

export function AddConnection({ onClose }: { onClose: () => void }) {
  const { data, error, refetch } = useQuery(platformsQuery);
  return (
    <Dialog
      title="Add a connection"
      description="The token is stored encrypted and is never shown again."
      onClose={onClose}
    >
      {data && <PlatformChoice platforms={data.items} onDone={onClose} />}
      {!data && error && (
        <ErrorState title="The platforms could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton className="h-72" />}
    </Dialog>
  );
}
