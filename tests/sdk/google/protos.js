// The protos of v25 that google-ads-node ships: services for Google's transport, and a strict walker over JSON.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'

const MODULES = join(dirname(fileURLToPath(import.meta.url)), 'node_modules')
const ADS = join(MODULES, 'google-ads-node/build/protos')
const GAX = join(MODULES, 'google-gax/build/protos')
export const V25 = 'google.ads.googleads.v25'

/** The root of some .proto files, with names in camelCase as the transport wants them. */
export async function loadServices(...files) {
  const root = new protobuf.Root()
  root.resolvePath = (origin, target) => {
    const found = [ADS, GAX].map((folder) => join(folder, target)).find((path) => existsSync(path))
    return found ?? protobuf.util.path.resolve(origin, target)
  }
  await root.load(files.map((file) => `google/ads/googleads/v25/${file}`), { keepCase: false })
  root.resolveAll()
  return root
}

const schema = protobuf.Root.fromJSON(JSON.parse(readFileSync(join(ADS, 'protos.json'), 'utf8')))
schema.resolveAll()

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase())
const INTEGERS_64 = new Set(['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64'])
const INTEGERS_32 = new Set(['int32', 'uint32', 'sint32', 'fixed32', 'sfixed32'])

/** What in `value` is not a message `typeName` in the JSON mapping of protobuf, as a list of sentences. */
export function violations(typeName, value, path = typeName.split('.').pop()) {
  return ofMessage(schema.lookupType(typeName), value, path)
}

function ofMessage(type, value, path) {
  if (type.fullName === '.google.protobuf.FieldMask') return expect(typeof value === 'string', path, 'a FieldMask is text')
  if (type.fullName === '.google.protobuf.Duration') return expect(/^-?\d+(\.\d+)?s$/.test(value), path, 'not a Duration')
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [`${path}: not an object`]
  const fields = new Map(type.fieldsArray.map((field) => [camel(field.name), field]))
  return Object.entries(value).flatMap(([name, member]) => {
    const field = fields.get(name)
    if (!field) return [`${path}.${name}: there is no such member`]
    field.resolve()
    if (!field.repeated) return ofField(field, member, `${path}.${name}`)
    if (!Array.isArray(member)) return [`${path}.${name}: not a list`]
    return member.flatMap((item, index) => ofField(field, item, `${path}.${name}[${index}]`))
  })
}

function ofField(field, value, path) {
  const type = field.resolvedType
  if (type instanceof protobuf.Enum) return expect(typeof value === 'string' && value in type.values, path, `no enum value ${value}`)
  if (type) return ofMessage(type, value, path)
  if (INTEGERS_64.has(field.type)) return expect(typeof value === 'string' && /^-?\d+$/.test(value), path, 'int64 is text')
  if (INTEGERS_32.has(field.type)) return expect(Number.isInteger(value), path, 'not an integer')
  if (field.type === 'double' || field.type === 'float') return expect(typeof value === 'number', path, 'not a number')
  if (field.type === 'bool') return expect(typeof value === 'boolean', path, 'not a boolean')
  return expect(typeof value === 'string', path, 'not text')
}

const expect = (condition, path, complaint) => (condition ? [] : [`${path}: ${complaint}`])
