// The alarms. Each is a query; the alarm goes off if the query returns a row. docs/runbook.md says what to do about each.
param location string
param tags object
param workspaceId string
param addresses array
// 0: the alarm usage-stopped is not enabled.
param usageSilenceHours int

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-credits'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'credits'
    enabled: true
    emailReceivers: [
      for address in addresses: {
        name: address
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alarms 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alarm in loadJsonContent('../alarms.json'): {
    name: alarm.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alarm.name
      description: '${alarm.means} docs/runbook.md, "${alarm.name}".'
      enabled: alarm.name != 'usage-stopped' || usageSilenceHours > 0
      severity: alarm.severity
      scopes: [workspaceId]
      evaluationFrequency: alarm.every
      windowSize: alarm.window
      overrideQueryTimeRange: alarm.?lookBack
      // The tables are created with the first telemetry, after the alarms.
      skipQueryValidation: true
      autoMitigate: alarm.endsByItself
      criteria: {
        allOf: [
          {
            query: replace(join(alarm.query, '\n'), '{usageSilenceHours}', string(usageSilenceHours))
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]
