// The vault for Stripe's two secrets. People store them (docs/deploy.md); the template does not contain them, so it
// cannot overwrite them.
param name string
param location string
param tags object
param locked bool
param purgeProtection bool
param workspaceId string
param identityPrincipalId string
param operatorId string
param operatorType string

var declared = loadJsonContent('../declared.json')

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  // checkov:skip=CKV_AZURE_42:purgeProtection is a parameter; only trials switch it off, so that they can be deleted completely
  // checkov:skip=CKV_AZURE_109:private networking is not there yet; only identities with a role have access
  // checkov:skip=CKV_AZURE_110:purgeProtection is a parameter; only trials switch it off, so that they can be deleted completely
  // checkov:skip=CKV_AZURE_189:private networking is not there yet; only identities with a role have access
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: purgeProtection ? 90 : 7
    // Azure accepts only true or unset.
    enablePurgeProtection: purgeProtection ? true : null
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: 'Enabled'
  }
}

resource rights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in declared.roles.vault: {
    scope: vault
    name: guid(vault.id, identityPrincipalId, declared.roleIds[role])
    properties: {
      principalId: identityPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', declared.roleIds[role])
    }
  }
]

resource operatorRights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in (empty(operatorId) ? [] : declared.operatorRoles.vault): {
    scope: vault
    name: guid(vault.id, operatorId, declared.roleIds[role])
    properties: {
      principalId: operatorId
      principalType: operatorType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', declared.roleIds[role])
    }
  }
]

resource readings 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'who-read-what'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  scope: vault
  name: 'the-secrets-stay'
  properties: {
    level: 'CanNotDelete'
    notes: 'Without these secrets the service charges no card and accepts no webhook.'
  }
}

output name string = vault.name
output uri string = vault.properties.vaultUri
