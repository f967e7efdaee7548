// E-mail. A domain that Azure manages sends at most 5 e-mails a minute and 10 an hour, which is enough for a trial.
param token string
param tags object
param geography string
param domain string
param domainVerified bool
param identityPrincipalId string

var declared = loadJsonContent('../declared.json')
var managed = empty(domain)

resource emails 'Microsoft.Communication/emailServices@2025-09-01' = {
  name: 'email-credits-${token}'
  location: 'global'
  tags: tags
  properties: { dataLocation: geography }
}

resource sendingDomain 'Microsoft.Communication/emailServices/domains@2025-09-01' = {
  parent: emails
  name: managed ? 'AzureManagedDomain' : domain
  location: 'global'
  tags: tags
  properties: {
    domainManagement: managed ? 'AzureManaged' : 'CustomerManaged'
    userEngagementTracking: 'Disabled'
  }
}

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: 'acs-credits-${token}'
  location: 'global'
  tags: tags
  properties: {
    dataLocation: geography
    disableLocalAuth: true
    // Azure refuses to link a domain that is not verified yet.
    linkedDomains: managed || domainVerified ? [sendingDomain.id] : []
  }
}

resource rights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in declared.roles.mail: {
    scope: communication
    name: guid(communication.id, identityPrincipalId, declared.roleIds[role])
    properties: {
      principalId: identityPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', declared.roleIds[role])
    }
  }
]

output communicationId string = communication.id
output endpoint string = 'https://${communication.properties.hostName}'
output sender string = 'DoNotReply@${sendingDomain.properties.mailFromSenderDomain}'
