import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import type { Connection, CredentialField } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Confirm, Dialog } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { Notice } from "@/components/ui/surface";
import { errorText } from "@/lib/api";
import { applyProblem } from "@/lib/forms";
import { toast } from "@/lib/toast";
import { CredentialFields } from "./credential-fields";
import { changeConnection, connectionsQuery, deleteConnection, platformsQuery } from "./queries";
import { emptyCredentials, filledCredentials } from "./schema";

const HOURS = [1, 3, 6, 12, 24];

interface EditValues {
  name: string;
  /** Empty: as the server is set. */
  sync_hours: string;
  credentials: Record<string, string>;
}

interface DialogProps {
  connection: Connection;
  onClose: () => void;
}

function EditForm({ connection, fields, onClose }: DialogProps & { fields: CredentialField[] }) {
  const client = useQueryClient();
  const form = useForm<EditValues>({
    defaultValues: {
      name: connection.name,
      sync_hours: connection.sync_hours?.toString() ?? "",
      credentials: emptyCredentials(fields),
    },
  });
  const { errors } = form.formState;
  const save = useMutation({
    mutationFn: ({ name, sync_hours, credentials }: EditValues) => {
      const filled = filledCredentials(credentials);
      return changeConnection(connection.id, {
        name: name.trim(),
        ...(sync_hours ? { sync_hours: Number(sync_hours) } : {}),
        ...(Object.keys(filled).length > 0 ? { credentials: filled } : {}),
      });
    },
    onError: (error) => applyProblem(form, error),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: connectionsQuery.queryKey });
      toast("Connection saved.");
      onClose();
    },
  });
  const masked = Object.fromEntries(connection.credentials.map((entry) => [entry.field, entry.masked]));
  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => void form.handleSubmit((values) => save.mutate(values))(event)}
    >
      <Field label="Name" error={errors.name?.message}>
        {(attributes) => (
          <Input autoComplete="off" {...attributes} {...form.register("name", { required: "Enter a name." })} />
        )}
      </Field>
      <Field
        label="Sync"
        help="Every sync reads the last weeks again, because platforms correct their figures."
        error={errors.sync_hours?.message}
      >
        {(attributes) => (
          <Select {...attributes} {...form.register("sync_hours")}>
            {!connection.sync_hours && <option value="">As the server is set</option>}
            {HOURS.map((hours) => (
              <option key={hours} value={hours}>
                {hours === 1 ? "Every hour" : `Every ${hours} hours`}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <CredentialFields
        fields={fields}
        errors={errors.credentials}
        register={(name) => form.register(`credentials.${name}`)}
        masked={masked}
      />
      {save.error && (
        <div role="alert">
          <Notice tone="bad">{errorText(save.error)}</Notice>
        </div>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

export function EditConnection({ connection, onClose }: DialogProps) {
  const { data } = useQuery(platformsQuery);
  const fields = data?.items.find((entry) => entry.platform === connection.platform)?.fields;
  return (
    <Dialog
      title={`Edit ${connection.name}`}
      description="Leave a secret empty to keep the one that is stored."
      onClose={onClose}
    >
      {fields && <EditForm connection={connection} fields={fields} onClose={onClose} />}
    </Dialog>
  );
}

export function DeleteConnection({ connection, onClose }: DialogProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteConnection(connection.id),
    onError: (error) => toast(errorText(error), "bad"),
    onSuccess: async () => {
      await client.invalidateQueries();
      toast("Connection deleted.");
      onClose();
    },
  });
  return (
    <Confirm
      title={`Delete ${connection.name}?`}
      text="Its token is removed and nothing more is fetched. What was loaded stays, and nothing changes on the platform itself."
      action="Delete connection"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
