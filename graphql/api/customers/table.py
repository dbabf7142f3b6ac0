"""The customers' part of the permission table: who may see what of them, and do what with them (corpus S15)."""

from api.base.permitted import Table, of_type
from members.rules.permissions import Permission

_MAY = Permission

CUSTOMERS: Table = {
    **of_type(
        "Customer",
        _MAY.READ_CUSTOMERS,
        "id store number reference name language registeredAt maskedPhone maskedEmail maskedAddress state keptAsId "
        "customerClass erasedAt heldAt version availableActions registeredByName",
    ),
    **of_type("CustomerEvent", _MAY.READ_CUSTOMERS, "id kind subjectType subjectId at actorName"),
    **of_type(
        "CustomerClass",
        _MAY.READ_CUSTOMERS,
        "id rank code name minPurchases minAmount withinDays planOfCare contactEveryDays",
    ),
    **of_type(
        "Purchase",
        _MAY.READ_CUSTOMERS,
        "id store customer product model quantity amount boughtAt takenBackAt recordedByName",
    ),
    **of_type(
        "Consent",
        _MAY.READ_CUSTOMERS,
        "id store customer purpose givenAt withdrawnAt recordedByName withdrawnByName",
        proof=_MAY.READ_CUSTOMER_CONTACT,
        withdrawalProof=_MAY.READ_CUSTOMER_CONTACT,
    ),
    **of_type("Merge", _MAY.MERGE_CUSTOMERS, "id store kept merged mergedAt undoneAt mergedByName undoneByName"),
    **of_type(
        "Greeting",
        _MAY.READ_CUSTOMERS,
        "id store customer occasion dueOn greetedAt greetedByName",
        note=_MAY.READ_CUSTOMER_CONTACT,
    ),
    **of_type("DuplicatePair", _MAY.MERGE_CUSTOMERS, "one other likenesses"),
    **of_type(
        "MergePreview",
        _MAY.MERGE_CUSTOMERS,
        "kept merged likenesses takenOver differing purchases events hindrance",
    ),
    **of_type("DueGreeting", _MAY.GREET_CUSTOMER, "customer occasion dueOn planOfCare"),
    "Query.customers": _MAY.READ_CUSTOMERS,
    "Query.searchCustomers": _MAY.READ_CUSTOMERS,
    "Query.purchases": _MAY.READ_CUSTOMERS,
    "Query.consents": _MAY.READ_CUSTOMERS,
    "Query.merges": _MAY.MERGE_CUSTOMERS,
    "Query.customerTimeline": _MAY.READ_CUSTOMERS,
    "Query.customerClasses": _MAY.READ_CUSTOMERS,
    "Query.duplicateCustomers": _MAY.MERGE_CUSTOMERS,
    "Query.mergePreview": _MAY.MERGE_CUSTOMERS,
    "Query.greetingsDue": _MAY.GREET_CUSTOMER,
    "Mutation.registerCustomer": _MAY.REGISTER_CUSTOMER,
    "Mutation.correctCustomer": _MAY.CORRECT_CUSTOMER,
    "Mutation.readCustomerContact": _MAY.READ_CUSTOMER_CONTACT,
    "Mutation.mergeCustomers": _MAY.MERGE_CUSTOMERS,
    "Mutation.unmergeCustomers": _MAY.MERGE_CUSTOMERS,
    "Mutation.recordPurchase": _MAY.RECORD_PURCHASE,
    "Mutation.setCustomerClasses": _MAY.SET_CUSTOMER_CLASSES,
    "Mutation.greetCustomer": _MAY.GREET_CUSTOMER,
    "Mutation.recordConsent": _MAY.RECORD_CONSENT,
    "Mutation.withdrawConsent": _MAY.RECORD_CONSENT,
    "Mutation.exportCustomerData": _MAY.EXPORT_CUSTOMER_DATA,
    "Mutation.eraseCustomer": _MAY.ERASE_CUSTOMER,
    "Mutation.placeLegalHold": _MAY.ERASE_CUSTOMER,
    "Mutation.liftLegalHold": _MAY.ERASE_CUSTOMER,
}
