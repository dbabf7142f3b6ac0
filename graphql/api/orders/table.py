"""The orders' part of the permission table: who may see what of them, and do what with them."""

from api.base.permitted import Table, of_type
from members.rules.permissions import Permission

_MAY = Permission

ORDERS: Table = {
    **of_type("Product", _MAY.READ_ORDERS, "id code model isOnSale definedAt version name names price"),
    **of_type(
        "Order",
        _MAY.READ_ORDERS,
        "id store number reference externalId source state paymentState fulfilmentState maskedRecipient maskedPhone "
        "maskedAddress hasOpenChange placedAt recordedAt version total paid refunded refundGranted refundDue "
        "takenByName availableActions lines payments changes cancellations refunds shipments damageReports",
        customer=_MAY.READ_CUSTOMERS,
    ),
    **of_type(
        "OrderLine",
        _MAY.READ_ORDERS,
        "id store position product code name model quantity shippedQuantity unitPriceMinor amountMinor",
    ),
    **of_type("Payment", _MAY.READ_ORDERS, "id store method amountMinor paidAt recordedAt recordedByName"),
    **of_type(
        "OrderChange",
        _MAY.READ_ORDERS,
        "id store state maskedRecipientBefore maskedPhoneBefore maskedAddressBefore maskedRecipientAfter "
        "maskedPhoneAfter maskedAddressAfter requestedAt requestedByName identityCheck isIdentityProven decidedAt "
        "decidedByName reason",
    ),
    **of_type(
        "Cancellation",
        _MAY.READ_ORDERS,
        "id store reason remark cancelledAt cancelledByName refundDueMinor refundExpectedOn",
    ),
    **of_type(
        "Refund",
        _MAY.READ_ORDERS,
        "id store number reference state amount reason needsSecond grantedAt grantedByName decidedAt decidedByName "
        "executedAt executedByName expectedOn method reportedAt toldBy availableActions",
    ),
    **of_type("DamageReport", _MAY.READ_ORDERS, "id store kind description reportedAt reportedByName"),
    **of_type(
        "Shipment",
        _MAY.READ_ORDERS,
        "id store order number reference carrier trackingNumber state stateSince expectedAt shippedAt shippedByName "
        "isConfirmed lines events exceptions confirmations",
    ),
    **of_type("ShipmentLine", _MAY.READ_ORDERS, "id store line quantity"),
    **of_type("CarrierEvent", _MAY.READ_ORDERS, "id store externalId state place occurredAt receivedAt"),
    **of_type(
        "ShipmentException",
        _MAY.READ_ORDERS,
        "id store shipment kind description ownerName raisedAt raisedByName settledAt settledByName solution toldBy "
        "explanation",
        owner=_MAY.READ_MEMBERS,
    ),
    **of_type(
        "DeliveryConfirmation",
        _MAY.READ_ORDERS,
        "id store receivedAt isComplete isUndamaged remark confirmedAt confirmedByName",
    ),
    **of_type(
        "OrderImport",
        _MAY.READ_ORDERS,
        "id store source importedAt importedByName acceptedCount refusedCount rowsSent",
    ),
    **of_type("ImportedRow", _MAY.READ_ORDERS, "id store position externalId order isNew refusal refusedField message"),
    "Query.orders": _MAY.READ_ORDERS,
    "Query.products": _MAY.READ_ORDERS,
    "Query.shipmentExceptions": _MAY.READ_ORDERS,
    "Query.orderImports": _MAY.READ_ORDERS,
    "Mutation.defineProduct": _MAY.DEFINE_PRODUCT,
    "Mutation.redefineProduct": _MAY.DEFINE_PRODUCT,
    "Mutation.placeOrder": _MAY.PLACE_ORDER,
    "Mutation.importOrders": _MAY.IMPORT_ORDERS,
    "Mutation.recordPayment": _MAY.RECORD_PAYMENT,
    "Mutation.readOrderDestination": _MAY.READ_CUSTOMER_CONTACT,
    "Mutation.requestOrderChange": _MAY.REQUEST_ORDER_CHANGE,
    "Mutation.confirmOrderChange": _MAY.DECIDE_ORDER_CHANGE,
    "Mutation.declineOrderChange": _MAY.DECIDE_ORDER_CHANGE,
    "Mutation.cancelOrder": _MAY.CANCEL_ORDER,
    "Mutation.grantRefund": _MAY.GRANT_REFUND,
    "Mutation.approveRefund": _MAY.APPROVE_REFUND,
    "Mutation.declineRefund": _MAY.APPROVE_REFUND,
    "Mutation.executeRefund": _MAY.EXECUTE_REFUND,
    "Mutation.reportRefund": _MAY.EXECUTE_REFUND,
    "Mutation.shipLines": _MAY.SHIP_LINES,
    "Mutation.recordShipmentEvent": _MAY.RECORD_SHIPMENT_EVENT,
    "Mutation.raiseShipmentException": _MAY.RAISE_SHIPMENT_EXCEPTION,
    "Mutation.settleShipmentException": _MAY.SETTLE_SHIPMENT_EXCEPTION,
    "Mutation.confirmDelivery": _MAY.CONFIRM_DELIVERY,
    "Mutation.reportDamage": _MAY.CONFIRM_DELIVERY,
}
