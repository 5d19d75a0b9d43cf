//! A client, which has its server: an application on the processor that emulates the registers.

use super::{Config, Told};
use crate::{
    Call, Client, ClientCtx, Flavour, Key, Kind, NodeId, OpId, Service, Span,
    services::{RegisterOp, RegisterRet, Registers},
};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A client that does one operation at a time. A write is asked for at its own server alone, since two servers would
/// write it twice, under two tags. A read can be asked for anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct User {
    patience: Span,
    /// What it waits for, and from whom.
    asked: Option<(NodeId, Call<Registers>)>,
    waiting: VecDeque<(OpId, RegisterOp)>,
}

impl User {
    pub(super) fn new(config: &Config) -> Self {
        User { patience: config.patience, asked: None, waiting: VecDeque::new() }
    }

    fn next(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        let Some((id, op)) = self.waiting.pop_front() else { return };
        let servers = ctx.servers().len() as u8;
        self.asked = Some((NodeId((id.client.0 - servers) % servers), Call { id, op }));
        self.ask(ctx);
    }

    fn ask(&mut self, ctx: &mut ClientCtx<'_, Self>) {
        if let Some((server, call)) = &self.asked {
            ctx.send(*server, call.clone());
            ctx.set_timer(Timer::Patience, self.patience);
        }
    }
}

/// The timer of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to ask again.
    Patience,
}

static REQUEST: Kind = Kind::new("ClientRequest", Flavour::Request, &["serial"]);
static RESPONSE: Kind = Kind::new("ClientResponse", Flavour::Response, &["serial"]);

impl Client for User {
    type Service = Registers;
    type Request = Call<Registers>;
    type Response = Told;
    type Timer = Timer;

    fn on_invoke(&mut self, ctx: &mut ClientCtx<'_, Self>, id: OpId, op: RegisterOp) {
        self.waiting.push_back((id, op));
        if self.asked.is_none() {
            self.next(ctx);
        }
    }

    fn on_response(&mut self, ctx: &mut ClientCtx<'_, Self>, _: NodeId, told: Told) {
        if self.asked.take_if(|(_, call)| call.id == told.id).is_none() {
            return;
        }
        ctx.cancel_timer(Timer::Patience);
        ctx.complete(told.id, told.ret);
        self.next(ctx);
    }

    fn on_timer(&mut self, ctx: &mut ClientCtx<'_, Self>, Timer::Patience: Timer) {
        if let Some((server, Call { op: RegisterOp::Get(_), .. })) = &mut self.asked {
            *server = NodeId((server.0 + 1) % ctx.servers().len() as u8);
        }
        self.ask(ctx);
    }

    fn request_key(request: &Call<Registers>) -> Key {
        REQUEST.key1(request.id.serial)
    }

    fn response_key(told: &Told) -> Key {
        RESPONSE.key1(told.id.serial)
    }

    fn request_words(request: &Call<Registers>) -> String {
        Registers::op_words(&request.op)
    }

    fn response_words(told: &Told) -> String {
        match told.ret {
            RegisterRet::Refused => "refused: only the clients of the first server write".into(),
            _ => Registers::ret_words(&told.ret),
        }
    }
}
