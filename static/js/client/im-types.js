/** The vendor's words for what our frames say. Their values are the vendor's too: pages written for it compare them. */

export const EVENT = Object.freeze({
  SDK_READY: "sdkStateReady",
  SDK_NOT_READY: "sdkStateNotReady",
  MESSAGE_RECEIVED: "onMessageReceived",
  PROFILE_UPDATED: "onProfileUpdated",
  NET_STATE_CHANGE: "netStateChange",
  KICKED_OUT: "kickedOut",
  ERROR: "error",
  USERSIG_EXPIRING: "userSigExpiring", // data.seconds; told only where getUserSig gives no fresh one
  GROUP_QUIT: "groupQuit", // this person left at another client, and the app keeps them in step
});

export const TYPES = Object.freeze({
  CONV_C2C: "C2C",
  CONV_GROUP: "GROUP",
  CONV_SYSTEM: "@TIM#SYSTEM",
  MSG_TEXT: "TIMTextElem",
  MSG_FACE: "TIMFaceElem",
  MSG_CUSTOM: "TIMCustomElem",
  MSG_GRP_TIP: "TIMGroupTipElem",
  MSG_GRP_SYS_NOTICE: "TIMGroupSystemNoticeElem",
  MSG_PRIORITY_HIGH: "High",
  MSG_PRIORITY_NORMAL: "Normal",
  MSG_PRIORITY_LOW: "Low",
  MSG_PRIORITY_LOWEST: "Lowest",
  GRP_AVCHATROOM: "AVChatRoom",
  GRP_PUBLIC: "Public",
  GRP_MBR_ROLE_OWNER: "Owner",
  GRP_MBR_ROLE_ADMIN: "Admin",
  GRP_MBR_ROLE_MEMBER: "Member",
  GRP_TIP_MBR_JOIN: 1,
  GRP_TIP_MBR_QUIT: 2,
  GRP_TIP_MBR_KICKED_OUT: 3,
  GRP_TIP_MBR_SET_ADMIN: 4,
  GRP_TIP_MBR_CANCELED_ADMIN: 5,
  GRP_TIP_GRP_PROFILE_UPDATED: 6,
  GRP_TIP_MBR_PROFILE_UPDATED: 7,
  JOIN_STATUS_SUCCESS: "JoinedSuccess",
  JOIN_STATUS_ALREADY_IN_GROUP: "AlreadyInGroup",
  JOIN_STATUS_WAIT_APPROVAL: "WaitAdminApproval",
  NET_STATE_CONNECTED: "connected",
  NET_STATE_CONNECTING: "connecting",
  NET_STATE_DISCONNECTED: "disconnected",
  KICKED_OUT_SESSION_EXPIRED: "sessionExpired",
});

/** Extension of the message that tells a person's other clients that they left a group at one of them. */
export const QUIT_SYNC = "footlight.quit";

/** operationType of a system notice. */
export const NOTICE = Object.freeze({KICKED_OUT: 4, DISBANDED: 5, CUSTOM: 255});

/** Muted for good, as seconds: the largest that the vendor's field can hold. */
export const FOR_GOOD = 4_294_967_295;
