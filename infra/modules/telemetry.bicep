// The destination of traces, metrics and logs. Only identities may send; there is no key that could leak.
// A workspace that is deleted by mistake can be recovered for 14 days.
param token string
param location string
param tags object
param retentionDays int
param dailyTelemetryGB int
param identityPrincipalId string

var declared = loadJsonContent('../declared.json')

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: 'log-credits-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyTelemetryGB }
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-credits-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

resource rights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in declared.roles.telemetry: {
    scope: insights
    name: guid(insights.id, identityPrincipalId, declared.roleIds[role])
    properties: {
      principalId: identityPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', declared.roleIds[role])
    }
  }
]

output workspaceId string = workspace.id
output connection string = insights.properties.ConnectionString
