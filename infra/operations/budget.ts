import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';

export type BudgetProps = { usdPerMonth: number; email: string };

type Notification = CfnBudget.NotificationProperty;

/**
 * A word when the account costs more than it should: of all that is in it, since a filter by stack would see nothing until
 * somebody makes the stack's name a cost allocation tag, and then nothing of the days before.
 */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { usdPerMonth, email }: BudgetProps) {
    super(scope, id);
    const tell = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: {
        notificationType,
        threshold,
        thresholdType: 'PERCENTAGE',
        comparisonOperator: 'GREATER_THAN',
      } satisfies Notification,
      subscribers: [{ subscriptionType: 'EMAIL', address: email }],
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: usdPerMonth, unit: 'USD' },
      },
      notificationsWithSubscribers: [tell('ACTUAL', 80), tell('FORECASTED', 100)],
    });
  }
}
