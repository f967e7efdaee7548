// Communications Credits on Azure, from an empty subscription: docs/deploy.md tells how.
// Nothing here holds a key. What the code uses is listed once, in declared.json; tests/infra holds the two together.
targetScope = 'subscription'

@description('Names this installation, such as trial or production; part of every resource\'s name through a hash.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('The region of everything but Communication Services, which knows only a geography.')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('Who issues bearer tokens; {tid} stands for the token\'s tenant (docs/settings.md).')
param tokensIssuer string

@description('What tokens must be made for: with Entra the application id that infra/register.sh prints.')
@minLength(1)
param tokensAudience string

@description('The tenants whose tokens may carry Credits.Operate: GUIDs, separated by commas. Never *: every customer could operate every account.')
@minLength(36)
param tokensOperatorTenants string

@description('Object id of the people, best a group, who may operate the ledger and put secrets in; empty: nobody.')
param operatorId string = ''

@description('What operatorId is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorType string = 'Group'

@description('Object ids of the service principals that may put messages on the queue usage, and do nothing else.')
param usageSenderIds string[] = []

@description('Whom alarms are written to.')
param alarmAddresses string[] = []

@description('How many hours without a call set off the alarm usage-stopped; 0: no such alarm. Longer than the longest usual silence, such as a night.')
@minValue(0)
@maxValue(24)
param usageSilenceHours int = 12

@description('A domain of your own for e-mail; empty: one that Azure manages, for trials (5 e-mails a minute).')
param mailDomain string = ''

@description('Say true once the DNS records of mailDomain are verified; until then it is not linked.')
param mailDomainVerified bool = false

@description('Where e-mail is kept at rest.')
param mailGeography string = 'Europe'

@description('How the ledger\'s storage is copied: within a building (LRS), a region (ZRS), or to a second one (GZRS).')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS', 'Standard_RAGRS', 'Standard_RAGZRS'])
param ledgerRedundancy string = 'Standard_ZRS'

@description('Short names of further storage accounts, such as [\'two\', \'three\'], over which the ledgers of new tenants are spread (docs/scale.md). Never take one away again.')
param furtherLedgers ledgerNameType[] = []

@description('Memory of one instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How many instances one function, or all of HTTP together, may grow to.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that are kept warm: [{ name: \'http\', instanceCount: 1 }]; paid for also when idle.')
param alwaysReady alwaysReadyType[] = []

@description('HTTP requests that one instance takes at a time.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 16

@description('Refuse to delete the ledger\'s storage and the vault until somebody lifts the lock.')
param locked bool = true

@description('A deleted vault cannot be purged before its retention ends. Once on, it stays on.')
param purgeProtection bool = true

@description('How long logs and metrics are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int = 90

@description('What telemetry may be taken in on one day, GB; -1: no limit. Beyond it alarms are blind.')
param dailyTelemetryGB int = -1

@description('Smallest amounts of further currencies, such as SEK=500,NOK=500 (docs/settings.md).')
param smallestPurchases string = ''

@description('Where organisations manage their accounts, such as https://portal.example: e-mails link to it. Empty: no portal (docs/settings.md).')
param portalAddress string = ''

@description('What this installation is called in the payments that it makes at Stripe; empty: the suffix of its resources\' names. An installation that takes over another\'s ledger needs the other\'s name here (docs/settings.md).')
@maxLength(64)
param paymentsDeployment string = ''

@description('How much a month may cost before alarmAddresses are told, in the currency of the bill; 0: no budget.')
@minValue(0)
param monthlyBudget int = 0

@description('The first day of the month in which the budget began, such as 2026-12-01; never changed afterwards.')
param budgetFrom string = ''

@description('Further tags for everything.')
param tags tagsType = {}

type alwaysReadyType = {
  @description('http, or function:<name>')
  name: string
  @minValue(0)
  instanceCount: int
}

@description('Part of a storage account\'s name; stands in the register of accounts for ever.')
@minLength(1)
@maxLength(7)
type ledgerNameType = string

type tagsType = {
  *: string
}

var token = toLower(uniqueString(subscription().id, environmentName, location))
var spread = join(
  map(furtherLedgers, place => '${place}=https://stcr${place}${token}.table.${environment().suffixes.storage}'),
  ','
)
var allTags = union(tags, { 'azd-env-name': environmentName, application: 'communications-credits' })

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-credits-${environmentName}'
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-credits-${token}'
    location: location
    tags: allTags
  }
}

module telemetry 'modules/telemetry.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    retentionDays: retentionDays
    dailyTelemetryGB: dailyTelemetryGB
    identityPrincipalId: identity.outputs.principalId
  }
}

module hostStorage 'modules/host_storage.bicep' = {
  scope: group
  params: {
    name: 'stcrhost${token}'
    location: location
    tags: allTags
    identityPrincipalId: identity.outputs.principalId
  }
}

module ledger 'modules/ledger.bicep' = {
  scope: group
  params: {
    name: 'stcrledger${token}'
    location: location
    tags: allTags
    redundancy: ledgerRedundancy
    locked: locked
    identityPrincipalId: identity.outputs.principalId
    operatorId: operatorId
    operatorType: operatorType
    usageSenderIds: usageSenderIds
  }
}

module further 'modules/further_ledger.bicep' = [
  for ledgerName in furtherLedgers: {
    scope: group
    params: {
      name: 'stcr${ledgerName}${token}'
      location: location
      tags: allTags
      redundancy: ledgerRedundancy
      locked: locked
      identityPrincipalId: identity.outputs.principalId
      operatorId: operatorId
      operatorType: operatorType
    }
  }
]

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: 'kv-credits-${token}'
    location: location
    tags: allTags
    locked: locked
    purgeProtection: purgeProtection
    workspaceId: telemetry.outputs.workspaceId
    identityPrincipalId: identity.outputs.principalId
    operatorId: operatorId
    operatorType: operatorType
  }
}

module mail 'modules/mail.bicep' = {
  scope: group
  params: {
    token: token
    tags: allTags
    geography: mailGeography
    domain: mailDomain
    domainVerified: mailDomainVerified
    identityPrincipalId: identity.outputs.principalId
  }
}

module app 'modules/app.bicep' = {
  scope: group
  dependsOn: [further]
  params: {
    token: token
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostStorageName: hostStorage.outputs.name
    packagesUrl: hostStorage.outputs.packagesUrl
    tableServiceUri: ledger.outputs.tableServiceUri
    queueServiceUri: ledger.outputs.queueServiceUri
    vaultUri: vault.outputs.uri
    mailEndpoint: mail.outputs.endpoint
    mailSender: mail.outputs.sender
    telemetryConnection: telemetry.outputs.connection
    tokensIssuer: tokensIssuer
    tokensAudience: tokensAudience
    tokensOperatorTenants: tokensOperatorTenants
    paymentsDeployment: empty(paymentsDeployment) ? token : paymentsDeployment
    smallestPurchases: smallestPurchases
    portalAddress: portalAddress
    spread: spread
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    httpConcurrency: httpConcurrency
  }
}

module alarms 'modules/alarms.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceId: telemetry.outputs.workspaceId
    addresses: alarmAddresses
    usageSilenceHours: usageSilenceHours
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceId: telemetry.outputs.workspaceId
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  scope: group
  params: {
    amount: monthlyBudget
    from: budgetFrom
    addresses: alarmAddresses
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output CREDITS_APP string = app.outputs.name
output CREDITS_HTTP string = app.outputs.address
output CREDITS_LEDGER string = ledger.outputs.name
output CREDITS_VAULT string = vault.outputs.name
output CREDITS_AUDIENCE string = tokensAudience
