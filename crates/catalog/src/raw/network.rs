//! `[network]`: the links.

use super::bounds::{self, RawBandwidth, said, within};
use crate::ScenarioError;
use lightcone_core::Order;
use lightcone_sim::Network;
use serde::{Deserialize, Serialize};

/// The links as they are written. What is missing has its default; the order's is the protocol's own.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawNetwork {
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    loss: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Order>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bandwidth: Option<RawBandwidth>,
}

impl RawNetwork {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.latency.is_none() && self.loss.is_none() && self.order.is_none() && self.bandwidth.is_none()
    }

    /// Checks every field.
    pub fn check(self, order: Order) -> Result<Network, ScenarioError> {
        let plain = Network::default();
        let latency = self.latency.map(|text| said("network.latency", bounds::latency(&text))).transpose()?;
        Ok(Network {
            latency: latency.unwrap_or(plain.latency),
            loss: within("network.loss", self.loss.unwrap_or(0), 0, 100)?,
            order: self.order.unwrap_or(order),
            bandwidth: self.bandwidth.map(|raw| raw.check("network.bandwidth")).transpose()?,
        })
    }

    /// As they are written, if `order` is the protocol's own.
    pub fn of(network: Network, order: Order) -> Self {
        let plain = Network::default();
        RawNetwork {
            latency: (network.latency != plain.latency).then(|| network.latency.to_string()),
            loss: (network.loss != plain.loss).then(|| network.loss.into()),
            order: (network.order != order).then_some(network.order),
            bandwidth: network.bandwidth.map(RawBandwidth::of),
        }
    }
}
