// Shopify's own library, whose requests reach the emulator: the library insists on https and on the shop's real host.
import '@shopify/shopify-api/adapters/node'
import { ApiVersion, LogSeverity, Session, shopifyApi } from '@shopify/shopify-api'
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime'

/** `access`: the member "shopify" of the ready file. */
export function connect(access) {
  setAbstractFetchFunc((address, options = {}) => {
    const url = new URL(address)
    const headers = new Headers(options.headers)
    headers.set('X-Forwarded-Host', url.host)
    return fetch(`${access.url}${url.pathname}${url.search}`, { ...options, headers })
  })
  return shopifyApi({
    apiKey: access.client_id,
    apiSecretKey: access.client_secret,
    apiVersion: ApiVersion.October26,
    scopes: ['read_orders', 'read_all_orders', 'read_products', 'read_customers'],
    hostName: 'app.example.com',
    hostScheme: 'https',
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error }
  })
}

export function sessionOf(shop, accessToken) {
  return new Session({ id: `offline_${shop}`, shop, state: '', isOnline: false, accessToken })
}

/** Every node of the list `name` of the root. `arguments_` and `fields` are GraphQL text. */
export async function readAll(client, name, arguments_, fields, size = 50) {
  const query = `query ($after: String) {
    ${name}(first: ${size}, after: $after${arguments_}) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`
  const nodes = []
  for (let after = null; ; ) {
    const { data } = await client.request(query, { variables: { after } })
    nodes.push(...data[name].nodes)
    if (!data[name].pageInfo.hasNextPage) return nodes
    after = data[name].pageInfo.endCursor
  }
}
