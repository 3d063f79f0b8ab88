import { useId } from "react";
import type { ImportOptions, ImportPreview } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { Notice } from "@/components/ui/surface";
import { ApiError, errorText } from "@/lib/api";
import { bytes, plural } from "@/lib/format";
import {
  type FieldName,
  ambiguousDate,
  CONSTANTS,
  fieldOf,
  FIELDS,
  GROUPS,
  mapColumn,
  missingFields,
  openQuestions,
  setConstant,
} from "./mapping";

interface PartProps {
  preview: ImportPreview;
  options: ImportOptions;
  onChange: (options: ImportOptions) => void;
}

function ColumnTable({ preview, options, onChange }: PartProps) {
  return (
    <table className="w-full">
      <caption className="sr-only">Columns of the file</caption>
      <thead className="text-xs text-mut">
        <tr>
          <th scope="col" className="py-1.5 pr-3 text-left font-medium">
            Column
          </th>
          <th scope="col" className="hidden py-1.5 pr-3 text-left font-medium sm:table-cell">
            First values
          </th>
          <th scope="col" className="w-44 py-1.5 text-left font-medium">
            Is
          </th>
        </tr>
      </thead>
      <tbody>
        {preview.columns.map((column) => (
          <tr key={column.name} className="border-t">
            <th scope="row" className="py-2 pr-3 text-left font-medium break-words">
              {column.name}
              <span className="block text-xs font-normal text-mut sm:hidden">
                {column.samples.slice(0, 2).join(" · ")}
              </span>
            </th>
            <td className="hidden max-w-80 truncate py-2 pr-3 text-sm text-mut sm:table-cell">
              {column.samples.slice(0, 4).join(" · ")}
            </td>
            <td className="py-1.5">
              <Select
                aria-label={`What ${column.name} is`}
                className="w-full"
                value={fieldOf(options, column.name)}
                onChange={(event) => onChange(mapColumn(options, column.name, event.target.value as FieldName | ""))}
              >
                <option value="">Not imported</option>
                {GROUPS.map((group) => (
                  <optgroup key={group} label={group}>
                    {FIELDS.filter((field) => field.group === group).map((field) => (
                      <option key={field.name} value={field.name}>
                        {field.label}
                      </option>
                    ))}
                  </optgroup>
                ))}
              </Select>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Constants({ options, onChange }: Omit<PartProps, "preview">) {
  const mapped = new Set(options.mapping.map((entry) => entry.field));
  const open = CONSTANTS.filter(
    (constant) => !mapped.has(constant.name) && !(constant.name === "year" && mapped.has("date")),
  );
  if (open.length === 0) return null;
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 text-sm font-semibold">The same for every line</legend>
      {open.map((constant) => (
        <Field key={constant.name} label={constant.label} optional={constant.name === "platform"} help={constant.help}>
          {(attributes) => (
            <Input
              {...attributes}
              placeholder={constant.example}
              value={options.constants[constant.name] ?? ""}
              onChange={(event) => onChange(setConstant(options, constant.name, event.target.value))}
            />
          )}
        </Field>
      ))}
    </fieldset>
  );
}

function Reading({ preview, options, onChange }: PartProps) {
  const dated = options.mapping.some((entry) => entry.field === "date");
  const ambiguous = ambiguousDate(preview, options);
  const questions = openQuestions(preview, options);
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 text-sm font-semibold">How to read it</legend>
      {questions.length > 0 && (
        <Notice tone="warn">
          <ul className="grid gap-1">
            {questions.map((question) => (
              <li key={question}>{question}</li>
            ))}
          </ul>
        </Notice>
      )}
      {dated && (
        <Field label="Order of day and month" help={ambiguous && `${ambiguous} can be read in two ways.`}>
          {(attributes) => (
            <Select
              {...attributes}
              value={options.date_order ?? ""}
              onChange={(event) =>
                onChange({ ...options, date_order: (event.target.value || null) as ImportOptions["date_order"] })
              }
            >
              <option value="">{ambiguous ? "Choose" : "As recognized"}</option>
              <option value="ymd">Year, month, day</option>
              <option value="dmy">Day, month, year</option>
              <option value="mdy">Month, day, year</option>
            </Select>
          )}
        </Field>
      )}
      <Field label="Decimals">
        {(attributes) => (
          <Select
            {...attributes}
            value={options.decimal ?? ""}
            onChange={(event) =>
              onChange({ ...options, decimal: (event.target.value || null) as ImportOptions["decimal"] })
            }
          >
            <option value="">As recognized</option>
            <option value="point">Point: 1,234.56</option>
            <option value="comma">Comma: 1.234,56</option>
          </Select>
        )}
      </Field>
    </fieldset>
  );
}

function Failure({ error }: { error: unknown }) {
  const details = error instanceof ApiError ? error.fields.map((field) => field.detail) : [];
  return (
    <div role="alert">
      <Notice tone="bad">
        {errorText(error)}
        {details.map((detail) => (
          <span key={detail} className="block">
            {detail}
          </span>
        ))}
      </Notice>
    </div>
  );
}

interface MapStepProps extends PartProps {
  busy: boolean;
  error: unknown;
  onCheck: () => void;
  onCancel: () => void;
}

export function MapStep({ preview, options, busy, error, onChange, onCheck, onCancel }: MapStepProps) {
  const hint = useId();
  const missing = missingFields(options);
  return (
    <div className="grid gap-4">
      <p className="text-sm text-mut">
        <span className="font-medium text-ink">{preview.file_name}</span> · {bytes(preview.bytes)} ·{" "}
        {plural(preview.columns.length, "column")} · {preview.encoding}
      </p>
      <div className="grid items-start gap-6 min-[1100px]:grid-cols-[minmax(0,1fr)_19rem]">
        <ColumnTable preview={preview} options={options} onChange={onChange} />
        <div className="grid content-start gap-5">
          <Reading preview={preview} options={options} onChange={onChange} />
          <Constants options={options} onChange={onChange} />
        </div>
      </div>
      {error !== null && <Failure error={error} />}
      <div className="flex flex-wrap items-center justify-end gap-2">
        {missing.length > 0 && (
          <p id={hint} className="mr-auto text-sm text-warn">
            Still needed: {missing.join("; ")}.
          </p>
        )}
        <Button onClick={onCancel}>Choose another file</Button>
        <Button
          variant="primary"
          busy={busy}
          disabled={missing.length > 0}
          aria-describedby={missing.length > 0 ? hint : undefined}
          onClick={onCheck}
        >
          Check the file
        </Button>
      </div>
    </div>
  );
}
